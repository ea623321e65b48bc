import type { RequestOptions, SourceContext } from './source.ts';

/** The context of a source with extra headers or credentials on its requests. */
export const withRequestOptions = (
  context: SourceContext,
  carry: RequestOptions | undefined,
): SourceContext => {
  if (!carry) return context;
  const load = <T extends { url: string; headers?: Readonly<Record<string, string>> | undefined }>(
    ask: T,
  ): T => {
    const { headers, credentials } = carry(ask.url);
    return { ...ask, headers: { ...ask.headers, ...headers }, credentials };
  };
  return {
    ...context,
    request: (ask) => context.request(load(ask)),
    sendBeforeLeaving: (ask) => context.sendBeforeLeaving(load(ask)),
  };
};
