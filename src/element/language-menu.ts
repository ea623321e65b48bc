import type { Rung, State } from '../policy/state.ts';
import type { Session } from '../session/api.ts';
import { maker, setAttribute, unhide } from './dom.ts';
import { applyLanguageStyles } from './language-style.ts';
import type { ElementView } from './view.ts';
import type { View } from './view-model.ts';
import type { Words } from './words.ts';

/** A menu of the languages of the stage. It exists once the stage publishes one, and is shown with two or more. */
export interface Menu {
  draw(view: View): void;
}

type Spoken = Pick<Rung, 'lang' | 'role'>;

const isDescription = (source: Spoken | undefined): boolean => source?.role === 'description';

/**
 * The first source of each language that the listener can choose, in the order of their tags. With audio descriptions
 * first, the session plays no other source while it has one, and the other way round.
 */
export const languagesIn = (ladder: readonly Spoken[]): Map<string, Spoken> => {
  const found = new Map<string, Spoken>();
  for (const source of ladder)
    if (
      source.lang &&
      isDescription(source) === isDescription(ladder[0]) &&
      !found.has(source.lang)
    )
      found.set(source.lang, source);
  // The order of the ladder changes with each choice.
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
};

/** The name of a language in this language itself: its speakers must find it. A tag without a name appears as it is. */
const nameOf = (tag: string): string => {
  try {
    const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
    return name.replace(/^./u, (first) => first.toLocaleUpperCase(tag));
  } catch {
    return tag;
  }
};

const labelOf = (tag: string, role: string | undefined, { roles }: Words): string => {
  const word = role !== undefined && Object.hasOwn(roles, role) ? roles[role] : '';
  // Isolated, because the language and the word may have different directions.
  return word ? `\u2068${nameOf(tag)}\u2069 – ${word}` : nameOf(tag);
};

export const createLanguageMenu = (
  owner: HTMLElement & { readonly session: Session | null; readonly state: State | null },
  view: ElementView,
): Menu => {
  const page = owner.ownerDocument;
  const { html, svg } = maker(page);
  const select = html('select', { part: 'language' });
  const globe = svg({ viewBox: '0 0 24 24' }, [
    'globe',
    'M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 1 0 0-17zM3.5 12h17M12 3.5c-5 5-5 12 0 17c5-5 5-12 0-17z',
  ]);
  const row = html('label', { part: 'language-row' }, globe, select);
  view.add(row);
  /** The choice of the listener in a session. */
  let chosen: { readonly session: Session; readonly tag: string } | null = null;
  let listed = '';

  select.addEventListener('change', () => {
    const { session } = owner;
    if (!session) return;
    chosen = { session, tag: select.value };
    session.lang = select.value;
  });

  const list = (languages: Map<string, Spoken>, words: Words) => {
    const options = [...languages].map(
      ([tag, { role }]) => [tag, labelOf(tag, role, words)] as const,
    );
    const key = JSON.stringify(options);
    // An open menu must not change while nothing else does.
    if (key === listed) return;
    listed = key;
    select.replaceChildren(
      ...options.map(([value, label]) =>
        html('option', { value, lang: value }, page.createTextNode(label)),
      ),
    );
  };

  /** The choice as long as one of its sources may still play, else what plays. */
  const tagOf = ({ ladder, source }: State): string => {
    const tag = chosen?.session === owner.session ? chosen?.tag : undefined;
    const isPossible = ladder.some(
      ({ lang, status }) => lang === tag && status !== 'excluded' && status !== 'waiting',
    );
    return (isPossible && tag) || source?.lang || '';
  };

  return {
    draw({ state, words }) {
      const languages = languagesIn(state?.ladder ?? []);
      const isOver = !owner.session || state?.status === 'ended' || state?.status === 'closed';
      unhide(row, !isOver && languages.size > 1);
      if (!state || row.hidden) return;
      applyLanguageStyles(owner.shadowRoot as ShadowRoot);
      setAttribute(select, 'aria-label', words.language);
      list(languages, words);
      const tag = tagOf(state);
      if (select.value !== tag) select.value = tag;
    },
  };
};
