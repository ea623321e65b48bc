type Attributes = Readonly<Record<string, string | number | undefined>>;

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

// What XML forbids even escaped: a name that somebody pasted must not break the file.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be dropped.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** Text as it may stand in XML, in an element or in an attribute. */
export const escapeXml = (text: string): string =>
  text.replace(FORBIDDEN, '').replace(/[&<>"']/g, (one) => ESCAPES[one] as string);

/** One element as XML. The children are XML already; text goes through {@link escapeXml} first. */
export const element = (
  name: string,
  attributes: Attributes,
  ...children: readonly string[]
): string => {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
    .join('');
  const inner = children.join('');
  return inner ? `<${name}${written}>${inner}</${name}>` : `<${name}${written}/>`;
};

export const text = (words: string, attributes: Attributes): string =>
  element('text', attributes, escapeXml(words));

/** A tenth of a pixel is finer than any screen, and keeps the string short. */
export const pixel = (value: number): number => Math.round(value * 10) / 10;
