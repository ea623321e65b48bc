// Everything that the network, the storage and other tabs can hand a session, and what must come of each.

/** `heard`: as if it were well. `next`: by the next source. `told`: not heard, an error says why, until it is well again. */
export type Outcome = 'heard' | 'next' | 'told';

export type Row<Input, Becomes = Outcome> = readonly [name: string, input: Input, becomes: Becomes];

const A = 'https://a.example/talk.m3u8';
const B = 'https://b.example/talk.m3u8';
const SOURCES = [
  { kind: 'hls', url: A },
  { kind: 'hls', url: B },
];

const stage = (more: object = {}): string =>
  JSON.stringify({ version: 1, sequence: 1, sources: SOURCES, refresh: 10, ...more });

const only = (...sources: unknown[]): string => stage({ sources });

/** `{"deep":[[[…]]],` and the rest of the text. */
const nested = (depth: number): string =>
  stage().replace('{', `{"deep":${'['.repeat(depth)}${']'.repeat(depth)},`);

/** The first that the URL of the stage answers, with 200. */
export const DOCUMENTS: readonly Row<string>[] = [
  ['nothing', '', 'told'],
  ['null', 'null', 'told'],
  ['an array', '[]', 'told'],
  ['a number', '7', 'told'],
  ['a text', '"live"', 'told'],
  ['a page', '<!doctype html><title>Sign in</title>', 'told'],
  ['half a document', stage().slice(0, 60), 'told'],
  ['two documents', stage() + stage(), 'told'],
  ['a version in quotes', stage({ version: '1' }), 'told'],
  ['a version to come', stage({ version: 2 }), 'told'],
  ['sources that are no array', stage({ sources: { 0: SOURCES[0], length: 1 } }), 'told'],
  ['sources that are none', only(null, 7, [], {}, 'https://a.example/talk.m3u8'), 'told'],
  ['a script in place of a URL', only({ kind: 'hls', url: 'javascript:alert(1)' }), 'told'],
  ['data in place of a URL', only({ kind: 'hls', url: 'data:text/plain,hi' }), 'told'],
  ['a file', only({ kind: 'hls', url: 'file:///etc/passwd' }), 'told'],
  ['fields behind __proto__', `{"__proto__":${stage()}}`, 'told'],
  ['300 KB', stage({ more: 'x'.repeat(300_000) }), 'told'],
  ['a list that names a script', '#EXTM3U\njavascript:alert(1)', 'told'],
  ['a password in the first URL', stage().replace('//a.', '//u:p@a.'), 'next'],
  ['a script before a source', only({ kind: 'hls', url: 'javascript:1' }, SOURCES[1]), 'next'],
  ['a kind that nobody knows', only({ kind: '__proto__', url: A }, SOURCES[1]), 'next'],
  ['a kind that is a number', only({ kind: 7, url: A }, SOURCES[1]), 'next'],
  ['a byte order mark', `\uFEFF${stage()}`, 'heard'],
  ['10,000 arrays in each other', nested(10_000), 'heard'],
  ['100,000 arrays in each other', nested(100_000), 'heard'],
  ['1,000 sources', only(...SOURCES, ...Array(998).fill(SOURCES[1])), 'heard'],
  ['the same source twice', only(SOURCES[0], ...SOURCES), 'heard'],
  [
    'a door named __proto__',
    only({ ...SOURCES[0], door: '__proto__' }, SOURCES[1]).replace(
      '"sources"',
      '"doors":{},"sources"',
    ),
    'heard',
  ],
  ['a door named constructor', only({ ...SOURCES[0], door: 'constructor' }, SOURCES[1]), 'heard'],
  ['a door that is not published', only({ ...SOURCES[0], door: 'floor' }, SOURCES[1]), 'heard'],
  ['a door that is an object', only({ ...SOURCES[0], door: {} }, SOURCES[1]), 'heard'],
  ['doors that are null', stage({ doors: null }), 'heard'],
  ['a window as long as time', stage({ spread: 1e308 }), 'heard'],
  ['a window of nothing', stage({ spread: 0 }), 'heard'],
  ['a window before now', stage({ spread: -5 }), 'heard'],
  ['a window in words', stage({ spread: 'wide' }), 'heard'],
  ['looks without a pause', stage({ refresh: 0 }), 'heard'],
  ['looks each nanosecond', stage({ refresh: 1e-9 }), 'heard'],
  ['a server in the far future', stage({ serverTime: '+275760-09-13T00:00:00Z' }), 'heard'],
  ['a server in the far past', stage({ serverTime: '-271821-04-20T00:00:00Z' }), 'heard'],
  ['a time that is none', stage({ serverTime: 'now', startsAt: {} }), 'heard'],
  ['a sequence beyond numbers', stage().replace('"sequence":1', '"sequence":1e400'), 'heard'],
  ['a sequence below zero', stage({ sequence: -7 }), 'heard'],
  ['a state that nobody knows', stage({ state: 'LIVE!' }), 'heard'],
  ['a state that is an object', stage({ state: { toString: 7 } }), 'heard'],
  ['a channel that is a script', stage({ channel: 'javascript:alert(1)' }), 'heard'],
  ['a channel with a password', stage({ channel: 'wss://u:p@a.example/' }), 'heard'],
  ['a channel in nowhere', stage({ channel: 'wss://' }), 'heard'],
];

/** What the URL of the stage answers once there was a good document: the listener hears on, and a later end is seen. */
export const EDITIONS: readonly Row<string>[] = [
  ['nothing', '', 'heard'],
  ['a page', '<!doctype html>', 'heard'],
  ['null', 'null', 'heard'],
  ['no source', stage({ sequence: 2, sources: [] }), 'heard'],
  ['an end without a source', stage({ sequence: 2, sources: [], state: 'ended' }), 'heard'],
  ['an older edition that ended', stage({ sequence: 0, state: 'ended' }), 'heard'],
  ['10,000 arrays in each other', nested(10_000), 'heard'],
  ['300 KB', stage({ sequence: 2, more: 'x'.repeat(300_000) }), 'heard'],
  ['a playlist', `#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:4,\n1.aac`, 'heard'],
  ['sound', 'ID3\u0004', 'heard'],
  ['a door that nobody passes', stage({ sequence: 2, doors: { '': { open: -1 } } }), 'heard'],
];

/** What comes with a 503: none can keep a listener away for longer than an hour, or make it ask at once. */
export const HEADERS: readonly Row<Readonly<Record<string, string>>>[] = [
  ['seconds in words', { 'retry-after': 'soon' }, 'heard'],
  ['seconds below zero', { 'retry-after': '-5' }, 'heard'],
  ['a fraction', { 'retry-after': '0.001' }, 'heard'],
  ['no wait', { 'retry-after': '0' }, 'heard'],
  ['400 digits', { 'retry-after': '9'.repeat(400) }, 'heard'],
  ['two answers in one', { 'retry-after': '3, 5' }, 'heard'],
  ['a date in 2099', { 'retry-after': 'Thu, 01 Jan 2099 00:00:00 GMT' }, 'heard'],
  ['a date of the past', { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 'heard'],
  ['a date that is none', { 'retry-after': 'Thu, 99 Foo 2026' }, 'heard'],
  [
    'a server whose clock stands still',
    { 'retry-after': 'Thu, 01 Jan 2099 00:00:00 GMT', date: 'Thu, 01 Jan 1970 00:00:00 GMT' },
    'heard',
  ],
  ['a spent limit for ever', { ratelimit: `"a";r=0;t=${'9'.repeat(40)}` }, 'heard'],
  ['garbage for a limit', { ratelimit: ';;;r=0,,,;t=' }, 'heard'],
  ['an older field', { 'ratelimit-remaining': '0', 'ratelimit-reset': '1e99' }, 'heard'],
];

/** `Earshot-Pass` of an answer of a guarded source: taken or not, it is heard. */
export const PASSES: readonly Row<string, 'taken' | 'left'>[] = [
  ['a pass', 'abc; max-age=60', 'taken'],
  ['a pass for ever', 'abc; max-age=999999999', 'taken'],
  ['more seconds than a number has', `abc; max-age=${'9'.repeat(30)}`, 'left'],
  ['a pass that has ended', 'abc; max-age=0', 'left'],
  ['seconds below zero', 'abc; max-age=-1', 'left'],
  ['seconds in words', 'abc; max-age=long', 'left'],
  ['no token', '; max-age=60', 'left'],
  ['no seconds', 'abc', 'left'],
  ['a second header in it', 'abc"\\; x; max-age=60', 'left'],
  ['a token with quotes', '"abc"; max-age=60', 'left'],
  ['a token of 5,000 characters', `${'a'.repeat(5_000)}; max-age=60`, 'left'],
];

/** What answers in place of a ticket: the listener hears the other source, and keeps its turn. */
export const TICKETS: readonly Row<string>[] = [
  ['nothing', '', 'told'],
  ['a page', '<!doctype html>', 'told'],
  ['null', 'null', 'told'],
  ['an array', '[{"ticket":"a","lot":0}]', 'told'],
  ['a ticket that is a number', '{"ticket":7,"lot":0.5}', 'told'],
  ['a lot above all', '{"ticket":"abc","lot":1}', 'told'],
  ['a lot below all', '{"ticket":"abc","lot":-0.1}', 'told'],
  ['a lot in quotes', '{"ticket":"abc","lot":"0"}', 'told'],
  ['a lot that is no number', '{"ticket":"abc","lot":1e999}', 'told'],
  ['a ticket with a line break', '{"ticket":"abc\\r\\nx: y","lot":0.5}', 'told'],
  ['a ticket of 5,000 characters', `{"ticket":"${'a'.repeat(5_000)}","lot":0.5}`, 'told'],
];

const gates = (gate: unknown): string =>
  JSON.stringify([
    ['https://a.example', gate],
    ['https://b.example', gate],
  ]);

/** What the storage of a tab and of a browser holds when the page opens. */
export const STORED: readonly Row<Readonly<Record<string, string>>>[] = [
  ['garbage for gates', { 'earshot:gates': '{' }, 'heard'],
  ['null for gates', { 'earshot:gates': 'null' }, 'heard'],
  ['a number for gates', { 'earshot:gates': '7' }, 'heard'],
  ['gates that are none', { 'earshot:gates': gates(null) }, 'heard'],
  ['gates that are texts', { 'earshot:gates': gates('shut') }, 'heard'],
  [
    'gates shut until the end of time',
    { 'earshot:gates': gates({ until: 8.64e15, failing: true, attempt: 3, tokens: 5, at: 0 }) },
    'heard',
  ],
  [
    'gates of a later version',
    { 'earshot:gates': gates({ until: 'never', failing: 'yes', attempt: {}, code: 'toString' }) },
    'heard',
  ],
  [
    'attempts without number',
    { 'earshot:gates': gates({ until: 1, failing: true, attempt: 1e300, tokens: 1e300, at: 1 }) },
    'heard',
  ],
  ['garbage for doors', { 'earshot:doors': '[[1,2' }, 'heard'],
  ['doors that are none', { 'earshot:doors': '[["a"],[null,null],7]' }, 'heard'],
];

/** What a stage's channel says. The listener hears on, and the channel stays or comes back. */
export const FRAMES: readonly Row<string>[] = [
  ['nothing', '', 'heard'],
  ['null', 'null', 'heard'],
  ['half a frame', '{"op":"wel', 'heard'],
  ['a frame of 1 MB', JSON.stringify({ op: 'message', type: 'x'.repeat(1_000_000) }), 'heard'],
  ['100,000 arrays in each other', '['.repeat(100_000), 'heard'],
  ['an operation named __proto__', '{"op":"__proto__"}', 'heard'],
  ['an operation named toString', '{"op":"toString"}', 'heard'],
  ['an operation that is an object', '{"op":{}}', 'heard'],
  ['a ping of nothing', '{"op":"welcome","ping":0,"pace":-1}', 'heard'],
  ['a ping beyond numbers', '{"op":"welcome","ping":1e999,"pace":1e999}', 'heard'],
  ['codes that are none', '{"op":"welcome","terminal":[1006,null,"4000",{},1e9]}', 'heard'],
  ['a position beyond numbers', '{"op":"welcome","epoch":"a","offset":1e999}', 'heard'],
  ['a position that is an object', '{"op":"welcome","epoch":{},"offset":[]}', 'heard'],
  ['a loss of nothing', '{"op":"welcome","unrecoverable":true}', 'heard'],
  ['an offset below zero', '{"op":"message","type":"a","payload":1,"offset":-1}', 'heard'],
  ['a window as long as time', '{"op":"window","seconds":1e308}', 'heard'],
  ['listeners below zero', '{"op":"listeners","count":-1}', 'heard'],
  ['an answer to nobody', '{"op":"ack","from":{},"seq":"1"}', 'heard'],
  ['a document that is null', '{"op":"document","document":null}', 'heard'],
  ['a document of nothing', '{"op":"document","document":{}}', 'heard'],
  [
    'a document that ended before',
    '{"op":"document","document":{"version":1,"state":"ended"}}',
    'heard',
  ],
];

const cycle: { self?: unknown } = {};
cycle.self = cycle;
const sender = 'abcdefghijklmnop';
const message = (more: object) => ({
  op: 'send',
  frame: { from: sender, seq: 1, type: 'hand', ...more },
});

/** What another page of the same origin posts to the tabs of a browser. Own messages are sent all the same. */
export const POSTED: readonly Row<unknown>[] = [
  ['null', null, 'heard'],
  ['a text', 'send', 'heard'],
  ['a map', new Map([['op', 'send']]), 'heard'],
  ['a cycle', message({ payload: cycle }), 'heard'],
  ['a number without end', message({ payload: 7n }), 'heard'],
  ['a payload of 1 MB', message({ payload: 'x'.repeat(1_000_000) }), 'heard'],
  ['a type that is none', message({ type: '<script>' }), 'heard'],
  ['a key that is an object', message({ key: {} }), 'heard'],
  ['a sender without a name', message({ from: '' }), 'heard'],
  ['a document in a cycle', { op: 'document', document: cycle, ahead: 0 }, 'heard'],
  ['a document that is a number', { op: 'document', document: 7, ahead: Number.NaN }, 'heard'],
  ['a state that nobody knows', { op: 'state', status: 'toString', listeners: {} }, 'heard'],
  ['a position that is none', { op: 'frame', at: { epoch: {}, offset: 7n } }, 'heard'],
  ['a frame that is an object', { op: 'frame', text: { length: 1 } }, 'heard'],
  ['a frame of 1 MB', { op: 'frame', text: 'x'.repeat(1_000_000) }, 'heard'],
];

/** What comes in place of a playlist, before hls.js sees it. */
export const PLAYLISTS: readonly Row<string, 'played' | 'left'>[] = [
  ['nothing', '', 'left'],
  ['a page', '<!doctype html>', 'left'],
  ['JSON', '{"error":"no"}', 'left'],
  ['a first line alone', '#EXTM3U', 'left'],
  ['a first line that is not first', '\n#EXTM3U\n#EXTINF:4,\n1.aac', 'left'],
  ['no segment', '#EXTM3U\n#EXT-X-VERSION:3\n1.aac', 'left'],
  ['a title of 200 KB', `#EXTM3U\n#EXTINF:4,${' '.repeat(200_000)}\n1.aac`, 'left'],
  ['a tag of 200 KB', `#EXTM3U\n#EXT-X-KEY:${'="'.repeat(100_000)}\n#EXTINF:4,\n1.aac`, 'left'],
  ['800,000 segments', `#EXTM3U\n${'#EXTINF:4,\n1.aac\n'.repeat(800_000)}`, 'left'],
  ['a URL of 1 MB', `#EXTM3U\n#EXTINF:4,\n1.aac?${'x'.repeat(1_000_000)}`, 'played'],
  ['lines of Windows', '#EXTM3U\r\n#EXTINF:4,\r\n1.aac\r\n', 'played'],
];
