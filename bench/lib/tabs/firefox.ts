import { openBidi } from '../engines/bidi.ts';
import { ownAddress, until } from '../engines/engine.ts';
import type { TabbedBrowser } from './tabs.ts';

/** A hidden page's timers run once a second at the most (`dom.min_background_timeout_value`). */
const ONCE_A_SECOND = 1_000;

export const firefoxTabs = async (path: string, env: NodeJS.ProcessEnv): Promise<TabbedBrowser> => {
  const { send, run, click, end } = await openBidi(path, env);
  return {
    name: 'Firefox',
    slowest: ONCE_A_SECOND,
    host: ownAddress(),
    open: async (url) => {
      const { context } = await send('browsingContext.create', { type: 'tab', background: false });
      await send('browsingContext.navigate', { context, url, wait: 'complete' });
      await until('a page', () => run(context, 'return !!document.body.textContent;'));
      await click(context);
      return { run: (script) => run(context, script) };
    },
    close: end,
  };
};
