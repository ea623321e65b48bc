import type { ErrorCode } from '../policy/errors.ts';
import type { Status } from '../policy/state.ts';

/** What is put into a sentence: ready to be read, in the language of the element. */
export interface Spoken {
  /** What is heard, by {@link Words.kinds}; `null` if nothing is. */
  readonly by: string | null;
  /** A time of day, with the day where it is not today; `null` if it is not known. */
  readonly at: string | null;
  /** The time until then, such as `12 seconds`; `null` if it is not known, or has come. */
  readonly left: string | null;
}

/**
 * Every word that `<earshot-listener>` shows or says. Replace them for one element by its property
 * `words`, or for all by `EarshotListener.words`; what is left out stays English.
 */
export interface Words {
  /** The name of the group of controls, where the element has no heading. */
  readonly name: string;
  /** Under the headline before the first press. */
  readonly invitation: string;
  /** In place of the headline before the first press, where the element has no heading. */
  readonly stage: string;
  /** The large button: before the first press, and once it is over. */
  readonly listen: string;
  readonly again: string;
  /** The large button before the stage is known, or has begun. */
  readonly stop: string;
  readonly pause: string;
  readonly resume: string;
  /** The large button while the browser wants a gesture. */
  readonly allow: string;
  /** A button that is pressed while the sound is muted. */
  readonly mute: string;
  readonly volume: string;
  readonly live: string;
  /** A button that is there only with a picture, and pressed while it is over other windows. */
  readonly pictureInPicture: string;
  /** As that one, and pressed while the element has the whole screen. */
  readonly fullscreen: string;
  /** The headline, by status. */
  readonly headlines: Readonly<Record<Status, string>>;
  /** The headline while a recording is heard. */
  readonly recording: string;
  /** The headline once an error has ended it. */
  readonly failed: string;
  /** What a source is called in a sentence, by its kind; one that is not listed is called by its kind. */
  readonly kinds: Readonly<Record<string, string>>;
  /** Under the headline, by status, where there is no more to say than this. */
  readonly details: Readonly<Partial<Record<Status, string>>>;
  /** While it hears: what, and how far behind live, such as `14 seconds`; `null` if unknown. */
  readonly hearing: (by: string, behind: string | null) => string;
  /** The stage has not begun. */
  readonly scheduled: (spoken: Spoken) => string;
  /** What went wrong, and when it is asked again. */
  readonly waiting: (why: string, spoken: Spoken) => string;
  /** Silent after a change of source, until what was heard before need not be heard again. */
  readonly rejoining: (spoken: Spoken) => string;
  /** The turn at the door. */
  readonly queue: (spoken: Spoken) => string;
  /** What went wrong, by code: a whole sentence. */
  readonly why: Readonly<Record<ErrorCode, string>>;
}

/** The words in English. */
export const WORDS: Words = {
  name: 'Live listening',
  invitation: 'Press to listen. Nothing is loaded before you do.',
  stage: 'Listen live',
  listen: 'Listen',
  again: 'Listen again',
  stop: 'Stop',
  pause: 'Pause',
  resume: 'Resume',
  allow: 'Let it sound',
  mute: 'Mute',
  volume: 'Volume',
  live: 'Go to live',
  pictureInPicture: 'Picture in picture',
  fullscreen: 'Full screen',
  headlines: {
    opening: 'Looking for the stage',
    scheduled: 'The stage has not begun',
    connecting: 'Opening the stage',
    hearing: 'You hear the stage',
    muted: 'The stage goes on, muted',
    paused: 'Paused',
    blocked: 'Press to let it sound',
    stalled: 'Silent for a moment',
    waiting: 'Nothing to hear just now',
    rejoining: 'A short pause',
    queued: 'Waiting for your turn',
    ended: 'The stage is over',
    closed: 'You have left the stage',
  },
  recording: 'You hear the recording',
  failed: 'It could not go on',
  kinds: { whep: 'WebRTC', hls: 'HLS', stream: 'an audio stream', recording: 'a recording' },
  details: {
    opening: 'It takes a moment.',
    connecting: 'It takes a moment.',
    muted: 'Unmute, or turn the volume up, to hear it.',
    paused: 'It goes on where you left it. Go to live to skip what you missed.',
    blocked: 'The browser holds the sound back until you do.',
    stalled: 'It should go on by itself.',
    queued: 'Stay here, and it begins by itself.',
    ended: 'You have heard it to its end.',
    closed: 'Nothing is loaded any more.',
  },
  hearing: (by, behind) => (behind ? `By ${by}, ${behind} behind live.` : `By ${by}.`),
  scheduled: ({ at, left }) =>
    at
      ? `It begins at ${at}${left ? `, in ${left}` : ''}. Stay here, and it begins by itself.`
      : 'Its time is not known yet. Stay here, and it begins by itself.',
  waiting: (why, { left }) =>
    left ? `${why} It is asked again in ${left}, by itself.` : `${why} It is asked again now.`,
  rejoining: ({ left }) =>
    `The sound goes on ${left ? `in ${left}` : 'now'}. You have heard already what comes before.`,
  queue: ({ at, by }) =>
    `${at ? `You come in at about ${at}.` : 'Your turn is not known yet.'} ${
      by ? `You are listening by ${by} meanwhile.` : 'Nothing is heard until then.'
    }`,
  why: {
    'bad-option': 'This page is not set up to play it.',
    'bad-document': 'What came cannot be understood.',
    'bad-policy': 'This page is not set up to play it.',
    'bad-message': 'What came cannot be understood.',
    network: 'No answer came. The connection may be down, or the stage.',
    timeout: 'No answer came in time.',
    overload: 'Too many people are asking at the moment.',
    'bad-answer': 'The server sent something else than the stream.',
    refused: 'You are not let in.',
    'turned-away': 'Your place at the door is no longer known.',
    gone: 'It is not where it should be.',
    http: 'The stage is not ready.',
    media: 'What came cannot be played.',
    frozen: 'Nothing new has come for a while.',
    stalled: 'The sound has stopped.',
    unsupported: 'This browser cannot play it.',
    stopped: 'No answer came, however often it was asked.',
  },
};
