import { expect } from 'chai';
import fc from 'fast-check';
import {
  clampDial,
  DIAL_NAMES,
  DIALS,
  fromHash,
  INITIAL,
  MOST_CODE,
  MOST_PEERS,
  placesOf,
  toHash,
} from '../../../demo/page/lab/settings.ts';
import { INCIDENTS, PEERS } from '../../../src/herd/index.ts';

const names = PEERS.map(({ name }) => name);

describe('the settings of the lab', () => {
  it('are the same after a link', () => {
    const chosen = {
      ...INITIAL,
      listeners: 1_234_567,
      capacity: 333.5,
      most: 12_345,
      stay: 100,
      incident: 'no-hint',
      peers: ['partysocket', 'hls.js + startLoad()'],
      code: '({ attempt }) => attempt * 1000 // ü & = # % ~ +',
    } as const;
    expect(fromHash(`#${toHash(chosen)}`)).to.deep.equal(chosen);
    expect(fromHash(toHash({ ...INITIAL, peers: [] })).peers).to.deep.equal([]);
    expect(toHash(INITIAL)).to.equal('');
    expect(fromHash('')).to.deep.equal(INITIAL);
  });

  it('can be simulated, whatever a link says', () => {
    const key = fc.constantFrom(...DIAL_NAMES, 'incident', 'with', 'code', '__proto__', 'x');
    const value = fc.oneof(
      fc.string(),
      fc.double().map(String),
      fc.constantFrom('-1', '1e309', 'NaN', '', ' ', '0x10', '__proto__', 'constructor', '∞'),
    );
    const hash = fc.oneof(
      fc.string(),
      fc.array(fc.tuple(key, value)).map((pairs) => new URLSearchParams(pairs).toString()),
    );
    fc.assert(
      fc.property(hash, (said) => {
        const settings = fromHash(said);
        for (const name of DIAL_NAMES) {
          const { steps } = DIALS[name];
          expect(settings[name]).to.be.within(steps[0] as number, steps.at(-1) as number);
        }
        expect(Number.isInteger(settings.listeners)).to.equal(true);
        expect(Object.keys(INCIDENTS)).to.include(settings.incident);
        expect(settings.peers.length).to.be.at.most(MOST_PEERS);
        expect(names).to.include.members([...settings.peers]);
      }),
    );
  });

  it('take no more peers and no longer code than they can show', () => {
    const all = new URLSearchParams({ with: names.join('~'), code: 'x'.repeat(50_000) });
    const { peers, code } = fromHash(all.toString());
    expect(peers).to.have.length(MOST_PEERS);
    expect(code?.length).to.be.at.most(MOST_CODE);
  });

  it('clamp a number, and take the default for what is none', () => {
    expect(clampDial('listeners', 9e9)).to.equal(8_000_000);
    expect(clampDial('listeners', '2500.4')).to.equal(2_500);
    expect(clampDial('most', '2500.4')).to.equal(2_500);
    expect(clampDial('cap', '-3')).to.equal(5);
    expect(clampDial('cap', 'soon')).to.equal(DIALS.cap.initial);
    expect(clampDial('cap', '')).to.equal(DIALS.cap.initial);
  });

  it('have no limit of people, and nobody leaves, from the last step of these sliders on', () => {
    expect(placesOf(INITIAL)).to.deep.equal({ most: Infinity, stay: Infinity });
    const limited = fromHash('most=50000&stay=1800');
    expect(placesOf(limited)).to.deep.equal({ most: 50_000, stay: 1_800 });
    expect(placesOf(fromHash('most=1e9&stay=1e9'))).to.deep.equal(placesOf(INITIAL));
    expect(toHash(limited)).to.equal('most=50000&stay=1800');
  });

  it('begin on a step of each slider, so that a key moves from there', () => {
    for (const name of DIAL_NAMES) {
      const { steps, initial } = DIALS[name];
      expect(steps, name).to.include(initial);
      expect([...steps].sort((one, other) => one - other)).to.deep.equal(steps);
    }
  });
});
