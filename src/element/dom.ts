const SVG = 'http://www.w3.org/2000/svg';

type Attributes = Readonly<Record<string, string>>;

/** Makes elements without any HTML to parse, so that Trusted Types have nothing to object to. */
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
    /** A drawing of strokes and shapes, each given as a path and its class. */
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

/** Writes only what changed, so that nothing is told or laid out twice. */
export const setText = (node: Element, text: string): void => {
  if (node.textContent !== text) node.textContent = text;
};

/** As {@link setText}, for an attribute; `null` takes it away. */
export const setAttribute = (node: Element, name: string, value: string | null): void => {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
};

/** Shows or hides. */
export const unhide = (node: HTMLElement, shown: boolean): void => {
  if (node.hidden === shown) node.hidden = !shown;
};
