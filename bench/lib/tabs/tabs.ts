/** A tab of a real browser, which hides it as soon as another is opened. */
export interface Tab {
  /** Runs a script in the page and returns its JSON value. */
  run<Value>(script: string): Promise<Value>;
  /** Freezes the page, or lets it go on, as a browser does that saves energy. Absent: the browser cannot be told. */
  freeze?(isFrozen: boolean): Promise<void>;
}

/** A browser with a window, tabs, and every rule that slows hidden pages down. */
export interface TabbedBrowser {
  readonly name: string;
  /** How late a timer may be in a page that is hidden and silent for long, ms. */
  readonly slowest: number;
  /** Address of this machine that it reaches peers at. */
  readonly host: string;
  /** Opens a page in front of all others, and clicks into it: what the page waits for to begin. */
  open(url: string): Promise<Tab>;
  close(): Promise<void>;
}

/** Requests and answers over a socket that numbers them, as DevTools and WebDriver BiDi do. */
export interface Wire {
  // biome-ignore lint/suspicious/noExplicitAny: what comes depends on the method, and is used in one place each.
  send(method: string, params?: object, more?: object): Promise<any>;
  close(): void;
}

/** A page that the browser has frozen or thrown away never answers. */
const ANSWERS_WITHIN_MS = 90_000;

export const openWire = async (url: string): Promise<Wire> => {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  type Answer = { id: number; error?: unknown; result: unknown };
  const pending = new Map<number, (answer: Answer) => void>();
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    pending.get(answer.id)?.(answer);
    pending.delete(answer.id);
  });
  // A browser that is gone answers nothing: whoever waits must be told.
  socket.addEventListener('close', () => {
    for (const [id, answer] of pending) answer({ id, error: 'The browser is gone.', result: null });
    pending.clear();
  });
  let last = 0;
  return {
    send: (method, params = {}, more = {}) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        const timer = setTimeout(
          () => reject(new Error(`${method}: not answered within ${ANSWERS_WITHIN_MS} ms`)),
          ANSWERS_WITHIN_MS,
        );
        pending.set(id, ({ error, result, ...rest }) => {
          clearTimeout(timer);
          if (error) reject(new Error(`${method}: ${JSON.stringify({ error, ...rest })}`));
          else resolve(result);
        });
        socket.send(JSON.stringify({ id, method, params, ...more }));
      }),
    close: () => socket.close(),
  };
};

/** A script that returns a value, as an expression whose value is its JSON. */
export const expressionOf = (script: string): string =>
  `Promise.resolve((() => { ${script} })()).then((value) => JSON.stringify(value ?? null))`;
