import type { Session } from '../session/api.ts';
import { chooseCaptions, readCaption, readLanguages } from './caption.ts';

/** The options of {@link captionTrack}. */
export interface CaptionTrackOptions {
  /** Only captions of this language: a BCP 47 tag. Default: all. */
  readonly lang?: string | undefined;
  /** The name of the track in the browser's menu. Default: `Captions`. */
  readonly label?: string | undefined;
}

/** The end of a caption that is still shown, seconds after its begin. */
const OPEN_END_S = 86_400;

/**
 * Shows the captions of a session as a text track of a media element, so that the browser draws them: in fullscreen on
 * a phone, or in picture-in-picture. Give it the element of the option `media`. The track starts hidden; the browser's
 * own controls show it. The end of the session, or the returned function, empties and hides the track, because a track
 * that a script has added stays.
 */
export const captionTrack = (
  session: Pick<Session, 'subscribe' | 'ended'> & Partial<Pick<Session, 'cue'>>,
  media: HTMLMediaElement,
  { lang, label = 'Captions' }: CaptionTrackOptions = {},
): (() => void) => {
  const track = media.addTextTrack('captions', label, lang ?? '');
  track.mode = 'hidden';
  const shown = new Map<string, TextTrackCue>();
  let isChosen = !lang;

  const unsubscribe = session.subscribe(({ cues, programTime }) => {
    if (lang && !isChosen && readLanguages(cues)?.includes(lang)) {
      isChosen = true;
      chooseCaptions(session, lang);
    }
    const active = new Set<string>();
    for (const cue of cues) {
      const caption = readCaption(cue);
      if (!caption || (lang && caption.lang !== lang)) continue;
      const key = `${cue.id} ${cue.at} ${caption.text}`;
      active.add(key);
      if (shown.has(key)) continue;
      const { currentTime } = media;
      const begins = currentTime + (cue.at - (programTime ?? cue.at)) / 1_000;
      // Where it ends in media time is not known: the source may change first.
      const made = new VTTCue(Math.max(0, begins), currentTime + OPEN_END_S, caption.text);
      shown.set(key, made);
      track.addCue(made);
    }
    for (const [key, made] of shown) {
      if (active.has(key)) continue;
      track.removeCue(made);
      shown.delete(key);
    }
  });
  const stop = () => {
    unsubscribe();
    for (const made of shown.values()) track.removeCue(made);
    shown.clear();
    track.mode = 'disabled';
  };
  void session.ended.then(stop);
  return stop;
};
