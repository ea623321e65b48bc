// Renders the page as a server does.
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import type { EarshotListenerProps } from '../../../src/react/index.ts';
import { App } from './app.ts';

export const render = (props: EarshotListenerProps): string =>
  renderToString(createElement(App, props));
