const baseOf = (tag: string): string => tag.toLowerCase().split('-')[0] ?? '';

/**
 * The language to show: the first wanted one that there is, or else one that is close to it, or else the first.
 *
 * @param wanted BCP 47 tags, best first.
 * @param known the languages of the captions.
 */
export const chooseLanguage = (wanted: readonly string[], known: readonly string[]): string => {
  for (const tag of wanted) {
    const exact = known.find((one) => one.toLowerCase() === tag.toLowerCase());
    const close = exact ?? known.find((one) => one && baseOf(one) === baseOf(tag));
    if (close !== undefined) return close;
  }
  return known[0] ?? '';
};
