import { createStyles } from './dom.ts';

const CSS = `
:host {
  display: block;
  inline-size: 100%;
  max-inline-size: 40rem;
  container-type: inline-size;
  font-variant-numeric: tabular-nums;
  line-height: 1.5;
}
:host([hidden]) {
  display: none;
}
:host([nocontrols]),
:host([nocontrols]) [part="frame"] {
  display: contents;
}
:host([nocontrols]) [part="frame"] > :not(slot[name="media"]) {
  display: none;
}
* {
  box-sizing: border-box;
  margin: 0;
}
[hidden] {
  display: none !important;
}
p {
  text-align: -webkit-match-parent;
  text-align: match-parent;
}
[part="frame"] {
  --ink: var(--earshot-ink, light-dark(#13201c, #e9efec));
  --quiet: var(--earshot-quiet, light-dark(#4b5954, #a2b0aa));
  --plate: var(--earshot-background, light-dark(#f3f5f3, #141a18));
  --line: var(--earshot-line, light-dark(#cdd4d0, #2b3532));
  --edge: var(--earshot-edge, light-dark(#7d8985, #6d7b76));
  --accent: var(--earshot-accent, light-dark(#00736b, #3fd0ba));
  --wait: var(--earshot-wait, light-dark(#a85200, #f5a742));
  --stop: var(--earshot-stop, light-dark(#b3231c, #ff8073));
  --on: var(--earshot-on-accent, light-dark(#ffffff, #0b0f0e));
  --tone: var(--quiet);
  display: grid;
  grid-template-columns: auto minmax(0, 1fr) auto;
  gap: 0.75rem 1rem;
  align-items: center;
  padding: 1.25rem;
  border-radius: var(--earshot-radius, 1rem);
  background: var(--plate);
  color: var(--ink);
  text-align: start;
  overflow-wrap: anywhere;
}
[data-tone="hearing"],
[data-tone="idle"],
[data-tone="busy"] {
  --tone: var(--accent);
}
[data-tone="wait"] {
  --tone: var(--wait);
}
[data-tone="stop"] {
  --tone: var(--stop);
}
slot[name="media"]::slotted(*) {
  grid-column: 1 / -1;
  inline-size: 100%;
}
slot[name="media"]::slotted(video) {
  aspect-ratio: 16 / 9;
  border-radius: 0.5rem;
  background: #000;
  object-fit: contain;
}
:host(:fullscreen) [part="frame"] {
  grid-template-rows: minmax(0, 1fr);
  block-size: 100%;
  border-radius: 0;
}
:host(:fullscreen) slot[name="media"]::slotted(video) {
  block-size: 100%;
  min-block-size: 0;
}
slot[name="artwork"]::slotted(*) {
  inline-size: 4.5rem;
  block-size: 4.5rem;
  border-radius: 0.5rem;
  object-fit: cover;
}
.dial {
  display: flex;
}
.arcs {
  inline-size: 1.5rem;
  block-size: 4.5rem;
  fill: none;
  stroke: var(--line);
  stroke-linecap: round;
  stroke-width: 4;
}
.arcs:dir(rtl) {
  scale: -1 1;
}
[data-tone="hearing"] .arcs {
  stroke: var(--accent);
}
button {
  border: 1px solid var(--edge);
  border-radius: 0.5rem;
  background: none;
  color: inherit;
  font: inherit;
  font-size: 0.9375em;
  cursor: pointer;
}
button:hover {
  border-color: currentcolor;
}
button svg {
  display: block;
  inline-size: 100%;
  fill: currentcolor;
}
:focus-visible {
  outline: 3px solid var(--ink);
  outline-offset: 3px;
}
[part="press"] {
  flex: none;
  inline-size: 4.5rem;
  block-size: 4.5rem;
  padding: 1.125rem;
  border: 0;
  border-radius: 50%;
  background: var(--tone);
  color: var(--on);
}
[part="press"]:hover {
  filter: brightness(1.08);
}
[data-tone="quiet"] [part="press"] {
  background: var(--ink);
  color: var(--plate);
}
.pause,
.stop,
[data-does="pause"] .listen,
[data-does="stop"] .listen,
[aria-pressed="true"] .sound,
[aria-pressed="true"] .out,
[aria-pressed="false"] .in,
[aria-pressed="false"] .silence {
  display: none;
}
[data-does="pause"] .pause,
[data-does="stop"] .stop {
  display: inline;
}
.about {
  color: var(--quiet);
  font-size: 0.875em;
}
.about:not(:has(:not(:empty))) {
  display: none;
}
[part="heading"] {
  color: var(--ink);
  font-weight: 600;
}
[part="artist"]:not(:empty)::before {
  content: "\\b7";
  margin-inline: 0.35em;
}
[part="headline"] {
  font-size: 1.3125em;
  font-weight: 700;
  letter-spacing: -0.015em;
  line-height: 1.25;
}
[part="detail"] {
  min-block-size: 3em;
  margin-block-start: 0.125em;
  color: var(--quiet);
  font-size: 0.9375em;
}
[part="queue"] {
  grid-column: 1 / -1;
  padding-block-start: 0.75rem;
  border-block-start: 1px solid var(--line);
  font-size: 0.9375em;
}
progress {
  display: block;
  inline-size: 100%;
  block-size: 0.25rem;
  margin-block-start: 0.5rem;
  overflow: hidden;
  border: 0;
  border-radius: 1rem;
  background: var(--line);
  appearance: none;
}
progress::-webkit-progress-bar {
  background: none;
}
progress::-webkit-progress-value {
  background: var(--accent);
}
progress::-moz-progress-bar {
  background: var(--accent);
}
[part="controls"] {
  grid-column: 1 / -1;
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.5rem 0.75rem;
  min-block-size: 2.5rem;
}
[part="mute"],
[part="picture-in-picture"],
[part="fullscreen"] {
  inline-size: 2.5rem;
  block-size: 2.5rem;
  padding: 0.4375rem;
}
.sound,
.silence,
.screen,
.out,
.in {
  fill: none;
  stroke: currentcolor;
  stroke-linecap: round;
  stroke-linejoin: round;
  stroke-width: 2;
}
[part="volume"] {
  min-inline-size: 4rem;
  max-inline-size: 8rem;
  flex: 1 1 4rem;
  block-size: 2.5rem;
  border-radius: 0.5rem;
  accent-color: var(--ink);
}
[part="picture-in-picture"],
[part="fullscreen"] {
  flex: none;
}
[part="live"],
[part="copy-details"] {
  min-block-size: 2.5rem;
  margin-inline-start: auto;
  padding-inline: 0.9rem;
}
[part="live"][aria-disabled] {
  border-color: var(--line);
  color: var(--quiet);
  cursor: default;
}
.unseen {
  position: absolute;
  inline-size: 1px;
  block-size: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
@container (inline-size < 26rem) {
  [part="frame"] {
    gap: 0.75rem 0.5rem;
    padding: 1rem;
  }
  [part="press"],
  .arcs {
    block-size: 3.5rem;
  }
  [part="press"] {
    inline-size: 3.5rem;
    padding: 0.75rem;
  }
  .arcs {
    inline-size: 1.1667rem;
  }
  [part="headline"] {
    font-size: 1.1875em;
  }
  [part="artist"] {
    display: block;
  }
  [part="artist"]:not(:empty)::before {
    content: none;
  }
}
@media (prefers-reduced-motion: no-preference) {
  [data-tone="busy"] .arcs path {
    animation: reach 1.6s ease-in-out infinite;
  }
  [data-tone="busy"] .arcs .far {
    animation-delay: 0.3s;
  }
  .arcs,
  [part="press"] {
    transition:
      stroke 0.3s,
      background-color 0.3s;
  }
}
@keyframes reach {
  50% {
    stroke: var(--accent);
  }
}
@media (forced-colors: active) {
  [part="frame"],
  button,
  [part="press"] {
    border: 1px solid;
  }
  [part="press"] {
    border-width: 2px;
  }
  [data-tone="hearing"] .arcs {
    stroke: Highlight;
  }
  .arcs {
    stroke: GrayText;
  }
  [part="live"][aria-disabled] {
    color: GrayText;
  }
  progress {
    border: 1px solid CanvasText;
    block-size: 0.5rem;
    forced-color-adjust: none;
  }
  progress::-webkit-progress-value {
    background: Highlight;
  }
  progress::-moz-progress-bar {
    background: Highlight;
  }
}
`;

/** Applies the styles of the element. */
export const applyStyles: (root: ShadowRoot) => void = createStyles(CSS);
