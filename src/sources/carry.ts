import type { Carry, SourceContext } from './source.ts';

/** The context of a source whose requests carry something. */
export const carrying = (context: SourceContext, carry: Carry | undefined): SourceContext => {
  if (!carry) return context;
  const load = <T extends { url: string; headers?: Readonly<Record<string, string>> }>(
    ask: T,
  ): T => {
    const { headers, credentials } = carry(ask.url);
    return { ...ask, headers: { ...ask.headers, ...headers }, credentials };
  };
  return {
    ...context,
    ask: (ask) => context.ask(load(ask)),
    farewell: (ask) => context.farewell(load(ask)),
  };
};
