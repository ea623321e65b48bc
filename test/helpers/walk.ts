import type { Page } from 'playwright-core';

/** What Tab led to. */
export interface Stop {
  readonly name: string;
  /** Whether one sees where the focus is. */
  readonly visible: boolean;
  /** Whether a key did what the control is for. */
  readonly worked: boolean;
}

export interface Walk {
  readonly stops: readonly Stop[];
  /** Controls that one sees and that Tab never led to. */
  readonly missed: readonly string[];
  /** Stops that come after one that follows them in the document. */
  readonly astray: readonly string[];
}

const MOST_STOPS = 150;

/** What the page itself must do for the walk; clicks are noted and go no further. */
const prepare = () => {
  const nameOf = (element: Element): string =>
    `${element.localName}${element.id && `#${element.id}`} ${
      element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40) ?? ''
    }`;
  const outlined = (element: Element | null): boolean => {
    if (!element) return false;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
  };
  const isSeen = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true }) &&
    element.getBoundingClientRect().width > 0;
  const reached: Element[] = [];
  const walker = {
    clicks: 0,
    arrive() {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      // A field for a date has several stops.
      const isParted = (element as HTMLInputElement).type?.startsWith('date') ?? false;
      if (isParted && element === reached.at(-1)) return 'further';
      if (reached.includes(element)) return null;
      reached.push(element);
      // A box that is laid over its words lets them carry the ring.
      const visible = outlined(element) || outlined(element.nextElementSibling);
      const { value = '', type = '' } = element as HTMLInputElement;
      return { name: nameOf(element), visible, kind: element.localName, type, value };
    },
    value: () => (document.activeElement as HTMLInputElement).value,
    missed: () =>
      [...document.querySelectorAll('a[href], button, input, textarea, summary, [tabindex]')]
        .filter((one) => one instanceof HTMLElement && one.tabIndex >= 0 && isSeen(one))
        .filter((one) => !(one as HTMLButtonElement).disabled && !reached.includes(one))
        // Of a group of radio buttons Tab leads to one.
        .filter((one) => (one as HTMLInputElement).type !== 'radio')
        .map(nameOf),
    astray: () =>
      reached
        .filter((one, at) => {
          const before = reached[at - 1];
          const place = before?.compareDocumentPosition(one) ?? 0;
          return (place & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
        })
        .map(nameOf),
  };
  const note = (event: Event) => {
    walker.clicks++;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  for (const type of ['click', 'input', 'change']) addEventListener(type, note, { capture: true });
  // From the beginning, wherever the focus has been.
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
  Object.assign(window, { walker });
};

interface Arrived {
  name: string;
  visible: boolean;
  kind: string;
  type: string;
  value: string;
}

interface Walker {
  clicks: number;
  arrive(): Arrived | 'further' | null;
  value(): string;
  missed(): string[];
  astray(): string[];
}

const inPage = <Result>(page: Page, ask: (walker: Walker) => Result) =>
  page.evaluate(`(${ask})(window.walker)`) as Promise<Result>;

async function work(page: Page, { kind, type, value }: Arrived): Promise<boolean> {
  const before = await inPage(page, ({ clicks }) => clicks);
  if (type === 'range') {
    await page.keyboard.press('ArrowRight');
    if ((await inPage(page, (walker) => walker.value())) === value) {
      await page.keyboard.press('ArrowLeft');
    }
    return (await inPage(page, (walker) => walker.value())) !== value;
  }
  if (kind === 'textarea' || !['a', 'button', 'input', 'summary'].includes(kind)) return true;
  await page.keyboard.press(type === 'checkbox' || type === 'radio' ? 'Space' : 'Enter');
  return type === 'radio' || (await inPage(page, ({ clicks }) => clicks)) > before;
}

/**
 * Goes through a page by Tab alone, from its beginning until nothing further comes, and works each
 * control by the key that it is worked with. What a click would do is not done.
 */
export async function walk(page: Page): Promise<Walk> {
  await page.evaluate(prepare);
  const stops: Stop[] = [];
  for (let at = 0; at < MOST_STOPS; at++) {
    await page.keyboard.press('Tab');
    const arrived = await inPage(page, (walker) => walker.arrive());
    if (!arrived) break;
    if (arrived === 'further') continue;
    const { name, visible } = arrived;
    stops.push({ name, visible, worked: await work(page, arrived) });
  }
  const [missed, astray] = [
    await inPage(page, (walker) => walker.missed()),
    await inPage(page, (walker) => walker.astray()),
  ];
  return { stops, missed, astray };
}
