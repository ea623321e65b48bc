declare const __VERSION__: string | undefined;

/** The version of the package, which the build puts here. */
export function version(): string {
  return typeof __VERSION__ === 'string' ? __VERSION__ : 'source';
}
