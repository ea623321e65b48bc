/** Replaces a URL with one that has no user name, password, query or fragment. */
export type HideUrl = (url: string) => string;

/** The most URLs that {@link createHideUrl} tells apart: those of several stage documents. */
const MOST_URLS = 128;
const LONGEST_TEXT = 300;
const IS_URL = /^(?:https?|wss?):\/\//i;
const URLS = /\b(?:https?|wss?):\/\/[^\s"'<>]+/gi;
const QUOTED = /"(?:[^"\\]|\\.)*"?/g;
const CREDENTIALS = /\b(bearer|basic)\s+\S+/gi;

export const isUrl = (text: string): boolean => IS_URL.test(text);

/** The URL without user name, password, query and fragment. */
export const plainUrl: HideUrl = (url) => {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return url.replace(/[?#].*|(?<=:\/\/)[^/?#]*@/gs, '');
  }
};

/**
 * Like {@link plainUrl}, but different URLs stay different: the second one with the same path ends in `?2`. The
 * session tells sources apart by their URLs, and a replay must do the same.
 */
export const createHideUrl = (): HideUrl => {
  /** The URLs in use, the latest last. */
  const known = new Map<string, string>();
  return (url) => {
    let hidden = known.get(url);
    if (hidden === undefined) {
      const taken = new Set(known.values());
      const plain = plainUrl(url);
      hidden = plain;
      for (let count = 2; taken.has(hidden); count++) hidden = `${plain}?${count}`;
    }
    known.delete(url);
    known.set(url, hidden);
    const [oldest] = known.keys();
    if (known.size > MOST_URLS && oldest !== undefined) known.delete(oldest);
    return hidden;
  };
};

/** A text for people without what may be secret: quoted parts of a response, queries of URLs, credentials. */
export const hideInText = (text: string): string =>
  text
    .replace(QUOTED, '"…"')
    .replace(URLS, plainUrl)
    .replace(CREDENTIALS, (_, scheme) => `${scheme} …`)
    .slice(0, LONGEST_TEXT);
