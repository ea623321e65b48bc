import type { State } from '../earshot.js';
import { byId, say, set } from '../ui/dom.ts';
import type { History } from './history/history.ts';
import type { StockPlayer } from './stock.ts';
import { placeOf, sourceName } from './words/names.ts';
import { SilenceMeter, type Sound, totalWords } from './words/silence.ts';

const SOUND: Readonly<Partial<Record<State['status'], Sound>>> = {
  hearing: 'playing',
  muted: 'playing',
  paused: 'off',
  blocked: 'off',
  scheduled: 'off',
  ended: 'off',
  closed: 'off',
};

/** Without sound: a silence where there was sound before, and otherwise a start. */
const missing = (before: Sound): Sound =>
  before === 'playing' || before === 'silent' ? 'silent' : 'starting';

const isOver = ({ status }: State): boolean => status === 'closed' || status === 'ended';

/** The playlist that a page with hls.js alone would name: the best HLS of the ladder that has no waiting room. */
const playlistOf = ({ ladder }: State) =>
  ladder.find((rung) => rung.kind === 'hls' && placeOf(rung.url, ladder) === 'a');

/** Earshot and stock hls.js side by side: who plays, and for how long each was silent. */
export function createVersus(history: History) {
  const rows = { earshot: byId('versus-earshot'), stock: byId('versus-stock') };
  const note = byId('stock-note');
  const restart = byId<HTMLButtonElement>('stock-restart');
  let own = new SilenceMeter();
  let other = new SilenceMeter();
  let stock: StockPlayer | null = null;
  let isWanted = false;
  let isPaused = false;
  let plays = '';

  const show = (row: HTMLElement, meter: SilenceMeter, now: number, more = '') => {
    set(row, 'data-sound', meter.sound);
    const [, what, total] = row.children as unknown as [Element, Element, Element];
    say(what, `${meter.words()}${more}`);
    say(total, totalWords(meter.totalMs(now)));
  };

  function stop(): void {
    stock?.stop();
    stock = null;
    isWanted = false;
  }

  async function start(state: State): Promise<void> {
    const playlist = playlistOf(state);
    if (!playlist || isWanted) return;
    isWanted = true;
    const { startStock, VERSION } = await import('./stock.js');
    if (!isWanted || stock) return;
    plays = `hls.js ${VERSION} plays ${sourceName(playlist, state.ladder)}, muted, with its default retries.`;
    stock = startStock(playlist.url);
    if (!stock) say(note, 'hls.js does not run in this browser.');
  }

  function soundOf(state: State): Sound {
    if (isOver(state) || isPaused) return 'off';
    const isPlaying = stock?.isPlaying() ?? null;
    if (isPlaying) return 'playing';
    if (stock?.fatal && isPlaying === false) return 'silent';
    return isPlaying === false ? missing(other.sound) : other.sound;
  }

  function observeStock(state: State, now: number): void {
    if (isPaused !== (state.status === 'paused')) {
      isPaused = !isPaused;
      if (isPaused) stock?.pause();
      else stock?.resume();
    }
    const before = other.sound;
    other.observe(soundOf(state), now);
    const isSilent = other.sound === 'silent';
    if (isSilent && before !== 'silent') history.mark(now, 'note', 'Stock hls.js is silent');
    if (before === 'silent' && other.sound === 'playing')
      history.mark(now, 'note', 'Stock hls.js plays again');
    const gaveUp = isSilent && stock?.fatal;
    restart.hidden = !gaveUp;
    if (!stock) return;
    say(
      note,
      gaveUp ? `hls.js gave up (${gaveUp}). It stays silent until the page restarts it.` : plays,
    );
  }

  restart.addEventListener('click', () => {
    stop();
    other = new SilenceMeter();
    restart.hidden = true;
    byId('try-title').focus();
  });

  return {
    begin(): void {
      stop();
      own = new SilenceMeter();
      other = new SilenceMeter();
    },
    render(state: State, now: number): void {
      if (isOver(state)) stop();
      else
        start(state).catch(() => {
          say(note, 'hls.js could not be loaded.');
        });
      own.observe(SOUND[state.status] ?? missing(own.sound), now);
      observeStock(state, now);
      show(rows.earshot, own, now);
      show(rows.stock, other, now);
    },
  };
}
