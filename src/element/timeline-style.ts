import { createStyles } from './dom.ts';

/** Applies the styles of the timeline to a shadow root. */
export const applyTimelineStyles = createStyles(`
[part="timeline-row"] {
  grid-column: 1 / -1;
  display: flex;
  gap: 0.75rem;
  align-items: center;
  color: var(--quiet);
  direction: ltr;
  font-size: 0.875em;
}
[part="timeline"] {
  flex: 1 1 4rem;
  min-inline-size: 0;
  block-size: 1.5rem;
  border-radius: 0.5rem;
  accent-color: var(--accent);
}
[part="timeline-row"] span:empty {
  display: none;
}
[part="back"] {
  flex: none;
  display: flex;
  align-items: center;
  gap: 0.25rem;
  min-block-size: 2.5rem;
  padding-inline: 0.5rem;
  direction: ltr;
}
[part="back"] svg {
  inline-size: 1.5rem;
}
.again {
  fill: none;
  stroke: currentcolor;
  stroke-linecap: round;
  stroke-linejoin: round;
  stroke-width: 2;
}
[part="live"][data-behind]::after {
  margin-inline-start: 0.5em;
  color: var(--quiet);
  content: attr(data-behind);
  content: attr(data-behind) / "";
  unicode-bidi: plaintext;
}
`);
