import type { Details, Reported } from './details.ts';
import type { Menu } from './language-menu.ts';
import type { Picture } from './picture.ts';
import type { Timeline } from './timeline.ts';
import type { ElementView } from './view.ts';
import type { View } from './view-model.ts';

/** What only some listeners see: video, going back, languages, a report of an error. Each loads when it is needed. */
export interface Extras {
  draw(view: View): void;
}

/**
 * @param redraw called once the code of one of them has loaded.
 * @param onPicture called after a change of the video, with the type of the media event for it.
 */
export const createExtras = (
  owner: HTMLElement & Reported,
  view: ElementView,
  redraw: () => void,
  onPicture: (type: string) => void,
): Extras => {
  let picture: Picture | undefined;
  let details: Details | undefined;
  let timeline: Timeline | undefined;
  let languages: Menu | undefined;
  let hadState = false;

  const tell = (type: string) => {
    redraw();
    if (type) onPicture(type);
  };
  const loadPicture = async () => {
    const module = await import('./picture.ts');
    picture ??= new module.Picture(owner, view, tell);
  };
  const loadDetails = async () => {
    const module = await import('./details.ts');
    details ??= module.createDetails(owner, view);
  };
  const loadTimeline = async () => {
    const module = await import('./timeline.ts');
    timeline ??= module.createTimeline(owner);
  };
  const loadLanguages = async () => {
    const module = await import('./language-menu.ts');
    languages ??= module.createLanguageMenu(owner, view);
  };

  return {
    draw(seen) {
      const { state, words } = seen;
      const { media } = view;
      // Without its code there are no controls for it; the next draw tries again.
      const need = (isNeeded: unknown, load: () => Promise<void>) => {
        if (isNeeded) load().then(redraw, () => {});
      };
      if (hadState && !state) picture?.forget();
      hadState = !!state;
      picture?.follow(media);
      picture?.draw(words);
      details?.draw(words);
      timeline?.draw(seen);
      languages?.draw(seen);
      need(!picture && media && 'videoWidth' in media, loadPicture);
      need(!details && owner.error, loadDetails);
      need(!timeline && state?.seekable, loadTimeline);
      need(!languages && state?.ladder.some(({ lang }) => lang), loadLanguages);
    },
  };
};
