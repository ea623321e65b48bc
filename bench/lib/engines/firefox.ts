import { openBidi } from './bidi.ts';
import { type Engine, ownAddress } from './engine.ts';

export const firefox = async (path: string, env: NodeJS.ProcessEnv): Promise<Engine> => {
  const { send, run, click, end } = await openBidi(path, env);
  const { contexts } = await send('browsingContext.getTree');
  const context: string = contexts[0].context;
  return {
    name: 'Firefox',
    host: ownAddress(),
    open: async (url) => {
      await send('browsingContext.navigate', { context, url, wait: 'complete' });
    },
    run: async (script, gesture = false) => {
      if (!gesture) return run(context, script);
      const listen = `document.addEventListener('click', () => { ${script} }, { once: true });`;
      await run(context, listen);
      await click(context);
      return undefined as never;
    },
    close: end,
  };
};
