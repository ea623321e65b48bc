import type { SourceConfig } from '../../config-types.ts';
import { type Console, createFeedback, type Section } from './console.ts';
import { createSwitch } from './controls.ts';
import { byId, createKeyed, make, say } from './dom.ts';
import { sourceName } from './log-words.ts';

const LAST =
  'The last source cannot be taken out: listeners would have nothing to hear. Take another one in first, or set the event to scheduled.';

/** Two sources may be equal, so the place among equals is part of the key. */
function keysOf(sources: readonly SourceConfig[]): readonly string[] {
  const seen = new Map<string, number>();
  return sources.map(({ kind, url, door = '', lang = '', role = '' }) => {
    const key = JSON.stringify([kind, url, door, lang, role]);
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return `${key} ${count}`;
  });
}

const detailsOf = ({ url, door, lang, role }: SourceConfig): string =>
  [url, door && `behind the door ${door}`, lang, role].filter(Boolean).join(' · ');

/** The sources in their order, each with a switch that takes it out or in. */
export function createSourcesSection(stage: Console): Section {
  const keep = createKeyed(byId('sources'), (key) => {
    const feedback = createFeedback(stage.announcer);
    const [name, details] = [make('p', { class: 'name' }), make('p', { class: 'note url' })];

    /** The list as it is now, with this source in or out. */
    function turned(isIn: boolean): readonly SourceConfig[] {
      const { sources } = stage.state;
      const keys = keysOf(sources);
      return sources.map((source, index) => {
        if (keys[index] !== key) return source;
        const { isOut: _, ...rest } = source;
        return isIn ? rest : { ...rest, isOut: true };
      });
    }

    const [, url = ''] = JSON.parse(key.slice(0, key.lastIndexOf(' '))) as string[];
    const control = createSwitch({
      label: `In the event: ${url}`,
      feedback,
      faces: ['Out', 'In'],
      turn: (isIn) =>
        stage.change(
          { sources: turned(isIn) },
          feedback,
          isIn ? 'The source is in.' : 'The source is out. Players leave it.',
        ),
    });
    return {
      element: make(
        'li',
        { class: 'source' },
        make('div', { class: 'source-name' }, name, details),
        control.element,
        feedback.element,
      ),
      update(source: SourceConfig, isLast: boolean) {
        say(name, sourceName(source));
        say(details, detailsOf(source));
        control.update(!source.isOut, isLast ? LAST : null);
      },
    };
  });

  return {
    update({ sources, state }) {
      byId('no-sources').hidden = sources.length > 0;
      const keys = keysOf(sources);
      const views = keep(keys);
      const countIn = sources.filter(({ isOut }) => !isOut).length;
      sources.forEach((source, index) => {
        const isLast = countIn === 1 && !source.isOut && state !== 'scheduled';
        views.get(keys[index] as string)?.update(source, isLast);
      });
    },
  };
}
