import type { OperatorState } from '../operator-state.ts';
import type { OperatorSession } from '../operators.ts';
import { createAnnouncer } from './announcer.ts';
import { createApi } from './api.ts';
import { createChannelSection } from './channel-section.ts';
import { createConsole, type Section } from './console.ts';
import { byId, say } from './dom.ts';
import { createDoorsSection } from './door-section.ts';
import { createEventSection } from './event-section.ts';
import { createFeed, type Feed, type FeedSocket, type Link } from './feed.ts';
import { createHistorySection } from './history-section.ts';
import { createLogSection } from './log-section.ts';
import { createNodesSection } from './nodes-section.ts';
import { createSendSection } from './send-section.ts';
import { invitationIn, loadSession, saveSession } from './session.ts';
import { createSignIn } from './sign-in.ts';
import { createSourcesSection } from './sources-section.ts';
import { createStateSection } from './state-section.ts';
import { createStatusBar } from './status-bar.ts';
import { clockTime, figure } from './words.ts';

const SUBPROTOCOL = 'earshot.v1';
const TICK_MS = 1_000;
const SIGNED_OUT = 'Your sign-in is no longer valid. Sign in with another invitation.';
const EXPIRED = 'Your sign-in has expired. Sign in with another invitation.';

const after = (ms: number, callback: () => void) => {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
};

const announcer = createAnnouncer(byId('polite'), byId('assertive'), after);
const api = createApi(document.baseURI, (...request) => fetch(...request));
const statusBar = createStatusBar(announcer);

let session: OperatorSession | null = null;
let feed: Feed | null = null;
let latest: OperatorState | null = null;
let link: Link | null = null;
let receivedAt: number | null = null;
let sections: readonly Section[] | null = null;

const age = () => (receivedAt === null ? null : performance.now() - receivedAt);

const stage = createConsole({
  announcer,
  change: (change) => api.change(session?.token ?? '', change),
  say: (saying, id) => api.say(session?.token ?? '', saying, id),
  state() {
    if (!latest) throw new Error('Nothing is shown before the first state.');
    return latest;
  },
  now: () => (latest ? latest.at + (age() ?? 0) : Date.now()),
  onState: take,
  onUnauthorized: () => signOut(SIGNED_OUT),
});

function createSections(): readonly Section[] {
  return [
    ...[createStateSection, createDoorsSection, createSourcesSection].map((make) => make(stage)),
    ...[createChannelSection, createEventSection, createSendSection].map((make) => make(stage)),
    createNodesSection(stage),
    createHistorySection(),
    createLogSection(),
  ];
}

function take(state: OperatorState): void {
  // The answer to a change may be overtaken by what the channel pushes.
  if (latest && latest.node === state.node && state.at < latest.at) return;
  latest = state;
  receivedAt = performance.now();
  sections ??= createSections();
  for (const section of sections) section.update(state);
  const { stage: name, title, listeners, hasChannel } = state;
  say(byId('stage-name'), title || name);
  document.title = `${state.state}: ${title || name} · Operator`;
  byId('listeners').hidden = !hasChannel;
  say(byId('listeners'), `${figure(listeners)} connected`);
  byId('waiting').hidden = true;
  byId('sections').hidden = false;
  showStatus();
}

function showStatus(): void {
  if (!session) return;
  if (Date.now() >= session.expires) signOut(EXPIRED);
  else statusBar.update(latest, { link, age: age() });
}

function openSocket(): FeedSocket {
  const url = new URL('../channel', document.baseURI);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return new WebSocket(url, SUBPROTOCOL) as FeedSocket;
}

function start(next: OperatorSession): void {
  session = next;
  saveSession(sessionStorage, next);
  const { token, name, expires } = next;
  signIn.hide();
  byId('console').hidden = false;
  byId('signed-in').hidden = false;
  say(byId('who'), `${name}, until ${clockTime(expires, Date.now())}`);
  feed?.stop();
  feed = createFeed({
    token,
    state: () => api.state(token),
    connect: openSocket,
    now: () => performance.now(),
    after,
    random: Math.random,
    onState: take,
    onLink(now) {
      link = now;
      showStatus();
    },
    onUnauthorized: () => signOut(SIGNED_OUT),
  });
  byId('main').focus();
}

/** Nothing of the stage stays on the page: the sections are made anew with a reload. */
function signOut(why: string): void {
  feed?.stop();
  saveSession(sessionStorage, null);
  if (why !== '') saveNotice(why);
  location.reload();
}

const NOTICE = 'earshot-operator-notice';

function saveNotice(text: string): void {
  try {
    sessionStorage.setItem(NOTICE, text);
  } catch {}
}

function takeNotice(): string {
  try {
    const text = sessionStorage.getItem(NOTICE) ?? '';
    sessionStorage.removeItem(NOTICE);
    return text;
  } catch {
    return '';
  }
}

/** The invitation of the URL, which nobody should find there, nor in the history. */
function takeInvitation(): string {
  if (!location.hash.startsWith('#token=')) return '';
  const invitation = invitationIn(location.hash);
  history.replaceState(null, '', location.pathname + location.search);
  return invitation;
}

const signIn = createSignIn(api, start);

function begin(): void {
  const invitation = takeInvitation();
  const known = loadSession(sessionStorage, Date.now());
  if (known && !feed) start(known);
  else if (!known) signIn.show(takeNotice());
  if (!known && invitation !== '') void signIn.use(invitation);
}

byId('sign-out').addEventListener('click', () => signOut(''));
byId('retry').addEventListener('click', () => feed?.retry());
addEventListener('online', () => feed?.retry());
addEventListener('hashchange', begin);
setInterval(showStatus, TICK_MS);
begin();
