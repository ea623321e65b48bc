const SVG = 'http://www.w3.org/2000/svg';

type Attributes = Readonly<Record<string, string>>;

/** Creates elements without parsing HTML, so that Trusted Types allow it. */
export const maker = (document: Document) => {
  const fill = <Made extends Element>(made: Made, attributes: Attributes, children: Node[]) => {
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };
  return {
    html: <Name extends keyof HTMLElementTagNameMap>(
      name: Name,
      attributes: Attributes = {},
      ...children: Node[]
    ): HTMLElementTagNameMap[Name] => fill(document.createElement(name), attributes, children),
    /** A drawing of paths, each with its class. */
    svg: (attributes: Attributes, ...paths: [name: string, d: string][]): Element =>
      fill(
        document.createElementNS(SVG, 'svg'),
        { 'aria-hidden': 'true', ...attributes },
        paths.map(([name, d]) =>
          fill(document.createElementNS(SVG, 'path'), { class: name, d }, []),
        ),
      ),
  };
};

/** Writes only changed values, so that nothing is announced or laid out twice. */
export const setText = (node: Element, text: string): void => {
  if (node.textContent !== text) node.textContent = text;
};

/** Like {@link setText}, for an attribute; `null` removes it. */
export const setAttribute = (node: Element, name: string, value: string | null): void => {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
};

/** Shows or hides. */
export const unhide = (node: HTMLElement, shown: boolean): void => {
  if (node.hidden === shown) node.hidden = !shown;
};

/** Returns a function that applies styles to a shadow root, as a sheet, which even the strictest `style-src` allows. */
export const createStyles = (css: string): ((root: ShadowRoot) => void) => {
  const sheets = new WeakMap<Document, CSSStyleSheet>();

  /** A style sheet that all elements of a document share; `null` if scripts cannot create one. */
  const sheetOf = (page: Document): CSSStyleSheet | null => {
    // A sheet belongs to the document in which it was created; so does its constructor.
    const { CSSStyleSheet: Sheet } = (page.defaultView ?? { CSSStyleSheet }) as {
      CSSStyleSheet?: typeof CSSStyleSheet;
    };
    if (!Sheet || !('replaceSync' in Sheet.prototype)) return null;
    const sheet = sheets.get(page) ?? new Sheet();
    if (!sheets.has(page)) sheet.replaceSync(css);
    sheets.set(page, sheet);
    return sheet;
  };

  return (root) => {
    const page = root.ownerDocument;
    const sheet = sheetOf(page);
    const { adoptedStyleSheets: all } = root;
    if (sheet) root.adoptedStyleSheets = [...new Set([...all, sheet])];
    // Browsers before 2023, and a DOM for tests such as jsdom, have no constructable sheets.
    else if (![...root.querySelectorAll('style')].some(({ textContent }) => textContent === css))
      root.prepend(maker(page).html('style', {}, page.createTextNode(css)));
  };
};
