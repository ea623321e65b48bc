import { INCIDENTS, PEERS } from '../../../src/herd/index.ts';
import { byId, make, say, set } from '../ui/dom.ts';
import { codeOf } from './code.ts';
import { createChoices, createDials } from './dials.ts';
import { createCopier, download, plotStyle, showCode } from './exports.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { Own } from './own.ts';
import { TEMPLATE } from './pasted.ts';
import { fromHash, MOST_CODE, MOST_PEERS, PRESETS, type Settings, toHash } from './settings.ts';
import { bearing, STORIES } from './stories.ts';
import { createView } from './view.ts';

/** After this time without input, ms, the whole crowd is simulated. */
const REST = 300;

let settings = fromHash(location.hash);
let run = 0;
let resting: ReturnType<typeof setTimeout> | undefined;

const worker = new Worker('lab/worker.js', { type: 'module' });
const ask = (message: ToWorker): void => worker.postMessage(message);
const show = createView();
const trouble = (words: string): void => say(byId('trouble'), words);

const own = new Own({
  onRun: (id, found) => ask({ type: 'own', id, own: found }),
  onWords: (words, isTrouble) => {
    say(byId('own-words'), words);
    set(byId('own-words'), 'data-trouble', String(isTrouble));
    if (!own.runs) showControls();
  },
});

worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
  if (data.type === 'sheet') download(`${settings.incident}.svg`, data.svg);
  else if (data.id !== run) return;
  else if (data.type === 'failed') trouble(`The simulation failed: ${data.words}`);
  else if (data.type === 'progress') {
    set(byId('progress'), 'value', data.done.toFixed(3));
    set(byId('progress'), 'aria-label', `Simulating ${data.what}`);
  } else {
    trouble('');
    set(
      byId('progress'),
      'value',
      data.isDone ? 0 : Number(byId('progress').getAttribute('value')),
    );
    show(data, settings.listeners);
  }
});
worker.addEventListener('error', () => trouble('The simulator did not start.'));

const change = (next: Partial<Settings>, isMoving: boolean): void => {
  settings = { ...settings, ...next };
  showControls();
  simulate(isMoving);
};

function simulate(isMoving: boolean): void {
  clearTimeout(resting);
  run++;
  set(document.body, 'data-asked', run);
  const width = byId('plot-arrivals').clientWidth;
  ask({ type: 'run', id: run, settings, isMoving, width });
  if (own.runs) own.run(run, settings, isMoving);
  // Browsers limit how often the URL may change, so it changes only after the input stops.
  if (isMoving) resting = setTimeout(() => simulate(false), REST);
  else history.replaceState(null, '', `#${toHash(settings)}`);
}

const crowd = createDials('crowd', ['listeners', 'capacity', 'refusal', 'most', 'stay'], change);
const retries = createDials('retries', ['first', 'factor', 'cap'], change);
const published = createDials('published', ['spread', 'refresh'], change);
const incidents = createChoices(
  'incidents',
  'radio',
  Object.entries(INCIDENTS).map(([value, { title }]) => ({ value, words: title })),
  (value) => change({ incident: value as Settings['incident'] }, false),
);
const peers = createChoices(
  'peers',
  'checkbox',
  PEERS.map(({ name, of }) => ({ value: name, words: name, note: of })),
  (value, isOn) => {
    const names = new Set(settings.peers);
    if (isOn) names.add(value);
    else names.delete(value);
    const chosen = PEERS.map(({ name }) => name).filter((name) => names.has(name));
    change({ peers: chosen.slice(0, MOST_PEERS) }, false);
  },
);
for (const { name, dials } of PRESETS) {
  const button = make('button', { type: 'button' }, name);
  button.addEventListener('click', () => change(dials, false));
  byId('presets').append(button);
}

const pasted = byId<HTMLTextAreaElement>('own-code');
set(pasted, 'maxlength', MOST_CODE);
pasted.value = settings.code ?? TEMPLATE;
byId('own-run').addEventListener('click', () => {
  own.start(pasted.value);
  say(byId('own-words'), 'Testing it …');
  change({ code: pasted.value }, false);
});
byId('own-stop').addEventListener('click', () => {
  own.stop();
  ask({ type: 'own', id: run, own: null });
  say(byId('own-words'), '');
  change({ code: null }, false);
});

function showControls(): void {
  crowd(settings);
  retries(settings);
  published(settings);
  incidents([settings.incident]);
  peers(settings.peers, settings.peers.length >= MOST_PEERS);
  say(byId('story'), STORIES[settings.incident]);
  say(byId('bearing'), bearing(settings.incident));
  byId('own-stop').hidden = !own.runs;
  showCode(codeOf(settings, own.runs));
}

if (settings.code) {
  byId<HTMLDetailsElement>('own').open = true;
  say(byId('own-words'), 'This code came with the link. Read it before you run it.');
}
createCopier(byId('copy-code'), () => codeOf(settings, own.runs));
createCopier(byId('copy-link'), () => `${location.origin}${location.pathname}#${toHash(settings)}`);
byId('save').addEventListener('click', async () => {
  try {
    ask({ type: 'sheet', style: await plotStyle() });
  } catch {
    trouble('The plots were not saved: their stylesheet did not load.');
  }
});
addEventListener('hashchange', () => {
  own.stop();
  settings = fromHash(location.hash);
  pasted.value = settings.code ?? TEMPLATE;
  ask({ type: 'own', id: -1, own: null });
  showControls();
  simulate(false);
});

showControls();
let drawn = 0;
new ResizeObserver(([entry]) => {
  const width = Math.round(entry?.contentRect.width ?? 0);
  // The first run waits for the first layout instead of forcing one.
  if (width && !drawn) simulate(false);
  else if (width && width !== drawn) ask({ type: 'draw', width });
  drawn = width;
}).observe(byId('plot-arrivals'));
