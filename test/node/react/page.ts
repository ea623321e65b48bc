// Runs in a page that a server rendered. The tests say when it hydrates, and when the element is defined.
import { createElement, StrictMode } from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import type { EarshotListenerElement } from '../../../src/react/index.ts';
import { App, Status } from './app.ts';

declare global {
  /** The element as the server's markup made it. */
  var first: Element | null;
  /** What the ref holds. */
  var held: EarshotListenerElement | null;
  var defineElement: () => Promise<unknown>;
  var hydrate: (props: object) => void;
  var rerender: (props: object) => void;
  var leave: () => void;
  /** Draws the status of a session of its own. */
  var showStatus: (stage: string) => void;
  /** How often that was drawn. */
  var drawn: number;
  /** How often its session told a state. */
  var statesTold: number;
}

let root: Root | undefined;

const app = (props: object) => {
  const hold = (element: EarshotListenerElement | null) => {
    globalThis.held = element;
  };
  return createElement(StrictMode, null, createElement(App, { ...props, hold }));
};

globalThis.first = document.querySelector('earshot-listener');
globalThis.defineElement = () => import('../../../src/element/index.ts');
globalThis.hydrate = (props) => {
  const container = document.querySelector('main') as HTMLElement;
  // What React mends by itself is a fault here.
  root = hydrateRoot(container, app(props), { onRecoverableError: (error) => reportError(error) });
};
globalThis.rerender = (props) => root?.render(app(props));
globalThis.leave = () => root?.unmount();
globalThis.statesTold = 0;
globalThis.showStatus = (stage) => {
  const container = document.querySelector('main') as HTMLElement;
  root = createRoot(container);
  root.render(createElement(Status, { stage }));
};
