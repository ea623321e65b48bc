import type { Caption } from './caption.ts';
import { parseCueText, renderCueText } from './cue-text.ts';
import { type CaptionSettings, COLOURS, POSITIONS, SIZES } from './settings.ts';
import { applyCaptionStyles } from './style.ts';
import type { CaptionWords } from './words.ts';

/** What is drawn. */
export interface CaptionProps {
  /** The captions of the chosen language, oldest first. */
  readonly captions: readonly Caption[];
  /** The languages that there are. */
  readonly languages: readonly string[];
  /** The language that is shown. */
  readonly lang: string;
  readonly settings: CaptionSettings;
  readonly words: CaptionWords;
  /** Whether a screen reader reads each caption. */
  readonly isAnnounced: boolean;
}

/** The shadow tree of `<earshot-captions>`. */
export interface CaptionView {
  draw(props: CaptionProps): void;
  dress(): void;
}

type Choice = 'lang' | 'size' | 'colours' | 'position';

/** The name of a language in itself. */
const nameOf = (tag: string): string => {
  try {
    return new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
};

export const createCaptionView = (
  root: ShadowRoot,
  change: (settings: Partial<CaptionSettings>) => void,
): CaptionView => {
  const page = root.ownerDocument;
  const make = <Name extends keyof HTMLElementTagNameMap>(
    name: Name,
    part: string,
    ...children: Node[]
  ): HTMLElementTagNameMap[Name] => {
    const made = page.createElement(name);
    if (part) made.setAttribute('part', part);
    made.append(...children);
    return made;
  };
  const lines = make('div', 'captions');
  const toggle = make('button', 'toggle');
  toggle.type = 'button';
  const summary = make('summary', 'settings-button');
  const choiceOf = (choice: Choice) => {
    const select = make('select', '');
    const text = make('span', '');
    const label = make('label', 'field', text, select);
    select.addEventListener('change', () =>
      change({ [choice]: select.value } as Partial<CaptionSettings>),
    );
    return { label, text, select, drawn: '' };
  };
  const choices = {
    lang: choiceOf('lang'),
    size: choiceOf('size'),
    colours: choiceOf('colours'),
    position: choiceOf('position'),
  };
  const fields = make('div', 'fields', ...Object.values(choices).map(({ label }) => label));
  const settings = make('details', 'settings', summary, fields);
  root.append(lines, make('div', 'bar', toggle, settings));
  applyCaptionStyles(root);
  let drawn: readonly Caption[] = [];
  toggle.addEventListener('click', () =>
    change({ isShown: toggle.getAttribute('aria-pressed') !== 'true' }),
  );

  const drawLines = (captions: readonly Caption[]) => {
    if (
      captions.length === drawn.length &&
      captions.every(({ text, lang }, at) => text === drawn[at]?.text && lang === drawn[at]?.lang)
    )
      return;
    drawn = captions;
    lines.replaceChildren(
      ...captions.map(({ text, lang }) => {
        const line = make('div', 'line', ...renderCueText(page, parseCueText(text)));
        line.dir = 'auto';
        line.lang = lang;
        return line;
      }),
    );
  };

  /** Options are written only when they change, or an open list would close. */
  const drawChoice = (
    choice: Choice,
    label: string,
    options: readonly (readonly [value: string, text: string])[],
    value: string,
  ) => {
    const field = choices[choice];
    field.text.textContent = label;
    const text = JSON.stringify(options);
    if (field.drawn !== text) {
      field.drawn = text;
      field.select.replaceChildren(
        ...options.map(([name, shown]) => {
          const option = make('option', '');
          option.value = name;
          option.textContent = shown;
          return option;
        }),
      );
    }
    field.select.value = value;
  };

  return {
    draw({ captions, languages, lang, settings: chosen, words, isAnnounced }) {
      const { isShown, size, colours, position } = chosen;
      lines.hidden = !isShown;
      lines.setAttribute('aria-live', isAnnounced ? 'polite' : 'off');
      lines.dataset.colours = colours;
      lines.style.setProperty('--caption-size', `${Number(size) / 100}em`);
      (root.host as HTMLElement).dataset.position = position;
      drawLines(isShown ? captions : []);
      toggle.textContent = words.captions;
      toggle.setAttribute('aria-pressed', String(isShown));
      summary.textContent = words.settings;
      choices.lang.label.hidden = languages.length < 2;
      drawChoice(
        ...(['lang', words.language] as const),
        languages.map((tag) => [tag, tag ? nameOf(tag) : words.unknown] as const),
        lang,
      );
      drawChoice(
        ...(['size', words.size] as const),
        SIZES.map((one) => [one, `${one} %`] as const),
        size,
      );
      drawChoice(
        ...(['colours', words.colours] as const),
        COLOURS.map((one) => [one, words.schemes[one]] as const),
        colours,
      );
      drawChoice(
        ...(['position', words.position] as const),
        POSITIONS.map((one) => [one, words.places[one]] as const),
        position,
      );
    },
    dress: () => applyCaptionStyles(root),
  };
};
