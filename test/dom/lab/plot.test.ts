import { expect } from 'chai';
import { chartsOf } from '../../../demo/page/lab/charts.ts';
import { earshotOf, peerOf, type Run, scenarioOf } from '../../../demo/page/lab/run.ts';
import { INITIAL, type Settings } from '../../../demo/page/lab/settings.ts';
import { renderPlot, renderSheet } from '../../../demo/page/ui/plot/plot.ts';
import {
  type CrowdPolicy,
  INCIDENTS,
  type IncidentName,
  simulateSync,
} from '../../../src/herd/index.ts';

const CROWD = 2_000;

const runOf = (name: string, policy: CrowdPolicy, settings: Settings): Run => ({
  name,
  kind: policy.kind,
  simulated: CROWD,
  outcome: simulateSync(scenarioOf(settings, policy, CROWD)),
});

const runsOf = (settings: Settings): Run[] => [
  runOf('Earshot', earshotOf(settings), settings),
  runOf('partysocket', peerOf('partysocket') as CrowdPolicy, settings),
  { ...runOf('x', peerOf('livekit-client') as CrowdPolicy, settings), name: '<b>"&\u0007\ud800' },
];

const parsed = (svg: string): Element => {
  const { documentElement } = new DOMParser().parseFromString(svg, 'image/svg+xml');
  expect(documentElement.localName).to.equal('svg');
  expect(documentElement.querySelector('parsererror')).to.equal(null);
  return documentElement;
};

/** Every number that is drawn. */
const numbersIn = (svg: Element): number[] =>
  [...svg.querySelectorAll('path')].flatMap((path) =>
    (path.getAttribute('d') ?? '')
      .split(/[A-Za-z, ]+/)
      .filter(Boolean)
      .map(Number),
  );

describe('the plots', () => {
  for (const incident of Object.keys(INCIDENTS) as IncidentName[]) {
    it(`are whole XML without a style attribute: ${incident}`, () => {
      const settings = { ...INITIAL, incident };
      const runs = runsOf(settings);
      for (const [width, height] of [
        [760, 320],
        [300, 250],
      ] as const) {
        for (const chart of chartsOf(runs, settings)) {
          const svg = parsed(renderPlot(chart, { width, height }));
          expect(svg.querySelectorAll('[style], style')).to.have.length(0);
          expect(svg.querySelector('title')?.textContent).to.equal(chart.title);
          expect(svg.querySelector('desc')?.textContent).to.contain('Earshot');
          for (const id of (svg.getAttribute('aria-labelledby') ?? '').split(' ')) {
            expect(svg.querySelector(`#${id}`), id).to.not.equal(null);
          }
          const numbers = numbersIn(svg);
          expect(numbers.every(Number.isFinite)).to.equal(true);
          expect(Math.min(...numbers)).to.be.at.least(0);
          expect(Math.max(...numbers)).to.be.at.most(width);
          const labels = [...svg.querySelectorAll('.label')].map(({ textContent }) => textContent);
          expect(labels.join()).to.contain('partysocket');
          expect(labels.join()).to.contain('<b>"&');
        }
      }
    });
  }

  it('show a rush of one second, however long the time that is shown', () => {
    const settings = { ...INITIAL, incident: 'no-hint' as const };
    const runs = runsOf(settings);
    const [arrivals] = chartsOf(runs, settings);
    const line = arrivals.lines.find(({ name }) => name === 'partysocket');
    const { series, capacity } = runs[1]?.outcome ?? expect.fail();
    const shown = series.arrivals.slice(0, Math.floor(arrivals.x.to));
    const most = Math.max(...(line?.points.map(([, value]) => value) ?? []));
    expect(most).to.be.closeTo(Math.max(...shown) / capacity, 1e-9);
    expect(most / arrivals.y.to).to.be.below(1);
    expect(1 / arrivals.y.from).to.be.at.least(10);
  });

  it('carry their own style for light and dark in a file of their own', () => {
    const style = '.plot text { fill: #000 } @media (prefers-color-scheme: dark) { .a > b { } }';
    const charts = chartsOf(runsOf(INITIAL), INITIAL);
    const heading = { title: 'A & B', lines: ['one <', 'two'] };
    const svg = parsed(renderSheet(charts, heading, { width: 900, height: 300 }, { style }));
    expect(svg.querySelector('style')?.textContent).to.equal(style);
    expect(svg.querySelector('.heading')?.textContent).to.equal('A & B');
    expect(svg.querySelectorAll('.paper')).to.have.length(1);
  });

  it('keep names from covering one another', () => {
    const [earshot, ...others] = runsOf(INITIAL);
    const own = { ...(earshot as Run), name: 'Your policy', kind: 'own' } as const;
    const runs = [own, earshot as Run, ...others];
    for (const width of [760, 300]) {
      for (const chart of chartsOf(runs, INITIAL)) {
        const svg = document.body.appendChild(parsed(renderPlot(chart, { width, height: 300 })));
        const boxes = [...svg.querySelectorAll('.label')].map((one) => one.getBoundingClientRect());
        for (const [at, one] of boxes.entries()) {
          for (const other of boxes.slice(at + 1)) {
            const apart = one.left >= other.right || other.left >= one.right;
            const step = Math.abs(one.top - other.top);
            expect(apart || step >= 13, `${chart.key} at ${width}`).to.equal(true);
          }
        }
        svg.remove();
      }
    }
  });
});
