const CSS = `
:host {
  display: block;
  grid-column: 1 / -1;
  container-type: inline-size;
  line-height: 1.4;
}
:host([hidden]),
[hidden] {
  display: none !important;
}
:host([data-position="above"]) {
  order: -1;
}
* {
  box-sizing: border-box;
  margin: 0;
}
[part="captions"] {
  --paper: var(--plate, light-dark(#f3f5f3, #141a18));
  --text: var(--ink, light-dark(#13201c, #e9efec));
  display: grid;
  align-content: end;
  justify-items: center;
  gap: 0.15em;
  min-block-size: 3.1em;
  padding-block: 0.25em;
  font-size: var(--caption-size, 1em);
  font-family: var(--earshot-caption-font, inherit);
  color: var(--text);
  overflow-wrap: anywhere;
}
[data-colours="white-on-black"] {
  --paper: #000;
  --text: #fff;
}
[data-colours="yellow-on-black"] {
  --paper: #000;
  --text: #ff0;
}
[data-colours="black-on-white"] {
  --paper: #fff;
  --text: #000;
}
[part="line"] {
  max-inline-size: 100%;
  padding: 0.1em 0.5em;
  border-radius: 0.25em;
  background: var(--paper);
  text-align: center;
  white-space: pre-line;
}
[part="bar"] {
  display: flex;
  flex-wrap: wrap;
  align-items: start;
  gap: 0.5rem;
  margin-block-start: 0.5rem;
}
button,
summary,
select {
  min-block-size: 2.5rem;
  padding: 0.375rem 0.75rem;
  border: 1px solid var(--edge, light-dark(#7d8985, #6d7b76));
  border-radius: 0.5rem;
  background: var(--plate, light-dark(#f3f5f3, #141a18));
  color: var(--ink, light-dark(#13201c, #e9efec));
  font: inherit;
  font-size: 0.9375em;
  cursor: pointer;
}
button[aria-pressed="true"] {
  border-color: currentcolor;
  text-decoration: underline;
  text-underline-offset: 0.3em;
}
summary {
  display: flex;
  align-items: center;
  inline-size: fit-content;
  list-style: none;
}
summary::-webkit-details-marker {
  display: none;
}
:focus-visible {
  outline: 3px solid var(--ink, light-dark(#13201c, #e9efec));
  outline-offset: 3px;
}
[part="settings"] {
  flex: 1 1 9rem;
}
[part="fields"] {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 10rem), 1fr));
  gap: 0.75rem;
  padding-block: 0.75rem;
}
label {
  display: grid;
  gap: 0.25rem;
}
label span {
  font-size: 0.875em;
}
select {
  inline-size: 100%;
}
@media (forced-colors: active) {
  [part="line"] {
    border: 1px solid CanvasText;
  }
  button[aria-pressed="true"] {
    border-width: 3px;
  }
}
`;

const sheets = new WeakMap<Document, CSSStyleSheet>();

/** Applies the styles as a sheet, which even the strictest `style-src` allows. */
export const applyCaptionStyles = (root: ShadowRoot): void => {
  const page = root.ownerDocument;
  const { CSSStyleSheet: Sheet } = (page.defaultView ?? {}) as {
    CSSStyleSheet?: typeof CSSStyleSheet;
  };
  if (Sheet && 'replaceSync' in Sheet.prototype) {
    const sheet = sheets.get(page) ?? new Sheet();
    if (!sheets.has(page)) sheet.replaceSync(CSS);
    sheets.set(page, sheet);
    root.adoptedStyleSheets = [sheet];
  } else if (!root.querySelector('style')) {
    // Browsers before 2023, and a DOM for tests such as jsdom.
    const style = page.createElement('style');
    style.append(CSS);
    root.prepend(style);
  }
};
