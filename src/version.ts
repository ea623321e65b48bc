/** The version of this package, as npm names it. */
export const VERSION = '0.1.0';
