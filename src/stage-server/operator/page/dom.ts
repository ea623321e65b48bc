const SVG = 'http://www.w3.org/2000/svg';

type Attributes = Readonly<Record<string, string | number>>;

/** The element with this ID. A page without it is broken, so it throws. */
export function byId<T extends Element = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}.`);
  return element as Element as T;
}

export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  setAll(element, attributes);
  element.append(...children);
  return element;
}

export function draw<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Node[]
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS(SVG, name);
  setAll(element, attributes);
  element.append(...children);
  return element;
}

/** Writes only what changed, so that nothing is laid out or read aloud without need. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function set(element: Element, name: string, value: string | number): void {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
}

export function setAll(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
}

/** A button that submits nothing. */
export function button(text: string, onPress: () => void, attributes: Attributes = {}) {
  const element = make('button', { type: 'button', ...attributes }, text);
  element.addEventListener('click', onPress);
  return element;
}

/** As many children as there are items: made when missing, removed when left over, then updated. */
export function list<Item, Child extends Element>(
  parent: Element,
  items: readonly Item[],
  create: () => Child,
  update: (child: Child, item: Item, index: number) => void,
): void {
  while (parent.children.length > items.length) parent.lastElementChild?.remove();
  items.forEach((item, index) => {
    const child = (parent.children[index] as Child | undefined) ?? parent.appendChild(create());
    update(child, item, index);
  });
}

/**
 * Keeps one child per key: made when it comes, removed when it goes, so that a control keeps its focus while others
 * come and go.
 */
export function createKeyed<View extends { readonly element: Element }>(
  parent: Element,
  create: (key: string) => View,
): (keys: readonly string[]) => ReadonlyMap<string, View> {
  const views = new Map<string, View>();
  return (keys) => {
    for (const [key, { element }] of views) {
      if (keys.includes(key)) continue;
      element.remove();
      views.delete(key);
    }
    keys.forEach((key, index) => {
      const view = views.get(key) ?? create(key);
      views.set(key, view);
      const { element } = view;
      if (parent.children[index] !== element) {
        parent.insertBefore(element, parent.children[index] ?? null);
      }
    });
    return views;
  };
}

let ids = 0;

/** An ID that no other element has. */
export const newId = (name: string): string => `${name}-${++ids}`;
