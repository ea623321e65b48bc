import type { SendResult, Session, StageMessage, State } from '../earshot.js';
import { byId, list, make, say, set } from '../ui/dom.ts';
import type { History } from './history/history.ts';
import { Book, outcomeWords } from './said.ts';
import { channelWords, countOf } from './words/channel.ts';

/** What is decided on sooner than this needs no word on the way. */
const SETTLES = 700;
const NONE = '–';

/** What is said of the channel while its panel is folded. */
const FOLDED: Readonly<Partial<Record<State['channel']['status'], string>>> = {
  connecting: 'connecting',
  open: 'open',
  waiting: 'reconnecting',
  excluded: 'closed',
};

/** A raised hand and reactions: each with its way through outbox and channel, and what all others do. */
export function createTalk(history: History) {
  const [view, fold] = [byId('talk'), byId('talk-fold')];
  const [stateLine, news, said] = [byId('talk-state'), byId('talk-news'), byId('said')];
  const fact = { listeners: byId('listeners'), hands: byId('hands'), reactions: byId('reactions') };
  const hand = byId<HTMLButtonElement>('hand');
  let book = new Book();
  let session: Session | null = null;
  let raised = false;
  /** The hand as the stage knows it. */
  let standing = false;
  const told = { hands: 0, reactions: 0 };

  function send(
    type: string,
    payload: object,
    name: string,
    key?: string,
  ): Promise<SendResult> | null {
    const current = session;
    if (!current) return null;
    // So that the same words are read aloud again.
    say(news, '');
    const entry = book.add(name, Date.now());
    const slow = setTimeout(() => say(news, `${name}: waiting for the channel.`), SETTLES);
    const sending = current.send(type, payload, key === undefined ? {} : { key });
    void sending.then((sent) => {
      clearTimeout(slow);
      entry.sent = sent;
      const words = `${name}: ${outcomeWords(sent).toLowerCase()}`;
      say(news, `${words}.`);
      history.mark(Date.now(), sent.outcome === 'acknowledged' ? 'note' : 'error', words);
      render(current.state, Date.now());
    });
    render(current.state, Date.now());
    return sending;
  }

  hand.addEventListener('click', () => {
    const wanted = !raised;
    raised = wanted;
    // Of several presses while the channel is away, the last alone matters.
    const sending = send('hand', { raised }, raised ? 'Hand up' : 'Hand down', 'hand');
    void sending?.then(({ outcome }) => {
      if (outcome === 'acknowledged') standing = wanted;
      else if (outcome !== 'dropped') raised = standing;
    });
  });
  for (const button of view.querySelectorAll<HTMLButtonElement>('[data-reaction]')) {
    const kind = button.dataset.reaction ?? '';
    button.addEventListener('click', () =>
      send('reaction', { kind }, button.textContent?.trim() ?? kind),
    );
  }

  function onMessage({ type, payload }: StageMessage): void {
    if (type === 'hands') told.hands = countOf(Object(payload).raised);
    if (type === 'reactions') {
      for (const count of Object.values(Object(payload))) told.reactions += countOf(count);
    }
  }

  function render(state: State, now: number): void {
    const { channel, outbox, status } = state;
    view.hidden = channel.status === 'none';
    if (view.hidden) return;
    const isOver = status === 'closed' || status === 'ended';
    set(view, 'data-channel', channel.status);
    set(hand, 'aria-pressed', String(raised));
    say(stateLine, channelWords(state, now));
    say(fold, FOLDED[channel.status] ?? '');
    for (const button of view.querySelectorAll('button')) button.disabled = isOver;
    const count = (value: number) => (channel.status === 'open' ? String(value) : NONE);
    say(fact.listeners, channel.listeners === null ? NONE : String(channel.listeners));
    say(fact.hands, count(told.hands));
    say(fact.reactions, count(told.reactions));
    list(
      said,
      book.rows(outbox),
      () => make('li', {}, make('b'), make('span')),
      (row, { said: { name }, status: became, words }) => {
        const [what, outcome] = row.children as unknown as [Element, Element];
        set(row, 'data-status', became);
        say(what, name);
        say(outcome, words);
      },
    );
  }

  return {
    render,
    follow(next: Session): void {
      session = next;
      book = new Book();
      raised = false;
      standing = false;
      Object.assign(told, { hands: 0, reactions: 0 });
      next.on('message', onMessage);
    },
  };
}
