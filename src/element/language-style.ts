import { createStyles } from './dom.ts';

/** Applies the styles of the menu of languages to a shadow root. */
export const applyLanguageStyles = createStyles(`
[part="language-row"] {
  display: flex;
  flex: 1 1 8rem;
  max-inline-size: 13rem;
  margin-inline-end: auto;
  gap: 0.25rem;
  align-items: center;
  min-inline-size: 0;
}
[part="language-row"] svg {
  flex: none;
  inline-size: 1.5rem;
  color: var(--quiet);
}
[part="language"] {
  flex: 1 1 auto;
  inline-size: 0;
  min-block-size: 2.5rem;
  padding-inline: 0.5rem;
  border: 1px solid var(--edge);
  border-radius: 0.5rem;
  background: var(--plate);
  color: var(--ink);
  font: inherit;
  font-size: 0.9375em;
  text-overflow: ellipsis;
}
[part="language"]:hover {
  border-color: currentcolor;
}
.globe {
  fill: none;
  stroke: currentcolor;
  stroke-width: 1.75;
}
`);
