/** The URLs of a stage that runs. */
export interface StagePlaces {
  /** The page where one can listen. */
  readonly listen: string;
  readonly document: string;
  /** The element, for pages of any site. */
  readonly element: string;
  /** The lines for a page. */
  readonly snippet: readonly [string, string];
}

/** Joins a base with the path of the stage, which begins with `/`. */
export function urlAt(base: string, path: string): string {
  return `${base.replace(/\/+$/, '')}${path}`;
}

/** @param base the URL under which the stage is reached. */
export function placesOf(base: string): StagePlaces {
  const [document, element] = [urlAt(base, '/stage.json'), urlAt(base, '/earshot/element.js')];
  return {
    listen: urlAt(base, '/'),
    document,
    element,
    snippet: [
      `<script type="module" src="${element}"></script>`,
      `<earshot-listener src="${document}"></earshot-listener>`,
    ],
  };
}
