import type { ErrorCode } from '../policy/errors.ts';
import type { Status } from '../policy/state.ts';

/** Values for a sentence, formatted in the language of the words. */
export interface Spoken {
  /** The source that plays, by {@link Words.kinds}; `null` if none plays. */
  readonly by: string | null;
  /** A time of day, with the date unless it is today; `null` if the time is not known. */
  readonly at: string | null;
  /** The time until then, for example `12 seconds`; `null` if it is not known or has passed. */
  readonly left: string | null;
  /** The same as a phrase, with the right case and plural: `in 12 seconds`; `null` if it is not known or has passed. */
  readonly relative: string | null;
}

/**
 * All texts of `<earshot-listener>`, visible and spoken. Replace them for one element with its property `words`, or for
 * all elements with `EarshotListener.words`. A text that you leave out stays as the language of the page has it
 * (`EarshotListener.locales`), or English.
 */
export interface Words {
  /** The language of these texts, as a BCP 47 tag. Times and numbers are formatted in it. */
  readonly lang: string;
  /** The name of the group of controls if the element has no heading. */
  readonly name: string;
  /** Under the headline, before the first press. */
  readonly invitation: string;
  /** The headline before the first press if the element has no heading. */
  readonly stage: string;
  /** The main button before the first press, and after the end. */
  readonly listen: string;
  /** The accessible name of the main button after the end. */
  readonly again: string;
  /** The main button before the stage is known or has started. */
  readonly stop: string;
  /** The main button while sound plays or is to play. */
  readonly pause: string;
  /** The main button while the listener has paused. */
  readonly resume: string;
  /** The main button while the browser needs a user gesture. */
  readonly allow: string;
  /** A toggle button, pressed while the sound is muted. */
  readonly mute: string;
  /** The accessible name of the volume slider. */
  readonly volume: string;
  /** The button that moves to the live edge. */
  readonly live: string;
  /** The accessible name of the button that goes back, by `15 seconds`. */
  readonly back: (span: string) => string;
  /** The accessible name of the timeline. */
  readonly timeline: string;
  /** For a screen reader, on the timeline: the distance from live, for example `2 minutes, 3 seconds`. */
  readonly behind: (span: string) => string;
  /** A toggle button, only for video. Pressed during picture in picture. */
  readonly pictureInPicture: string;
  /** A toggle button, only for video. Pressed during full screen. */
  readonly fullscreen: string;
  /** The accessible name of the menu of languages. */
  readonly language: string;
  /** After the name of a language in the menu, by the role of its source. A role without a text here adds nothing. */
  readonly roles: Readonly<Record<string, string>>;
  /** A button, after an error has ended playback: copies a report of it. */
  readonly copyDetails: string;
  /** Instead of {@link Words.copyDetails} for a while, and announced, once the report is in the clipboard. */
  readonly detailsCopied: string;
  /** The headline, by status. */
  readonly headlines: Readonly<Record<Status, string>>;
  /** The headline while a recording plays. */
  readonly recording: string;
  /** The headline after an error has ended playback. */
  readonly failed: string;
  /** The name of a source in a sentence, by its kind. A kind without a name here appears as it is. */
  readonly kinds: Readonly<Record<string, string>>;
  /** Under the headline, by status. */
  readonly details: Readonly<Partial<Record<Status, string>>>;
  /** While sound plays: the source, and the time behind live, for example `14 seconds`; `null` if unknown. */
  readonly hearing: (by: string, behind: string | null) => string;
  /** Before the start. */
  readonly scheduled: (spoken: Spoken) => string;
  /** Only announced, after the reason for a wait. A remaining time would be wrong by the time it is read. */
  readonly retrying: string;
  /** The reason, and the time of the next retry. */
  readonly waiting: (why: string, spoken: Spoken) => string;
  /** A pause after a change of source, so that no sound repeats. */
  readonly rejoining: (spoken: Spoken) => string;
  /** The turn in the waiting room. */
  readonly queue: (spoken: Spoken) => string;
  /** The reason after HTTP 429, or 503 with `Retry-After`: the server says that it is busy. */
  readonly busy: string;
  /** The reason by error code: a whole sentence. */
  readonly why: Readonly<Record<ErrorCode, string>>;
}

/** The words in English. */
export const WORDS: Words = {
  lang: 'en',
  name: 'Live audio player',
  invitation: 'Press Listen to start. Nothing is loaded before that.',
  stage: 'Listen live',
  listen: 'Listen',
  again: 'Listen again',
  stop: 'Stop',
  pause: 'Pause',
  resume: 'Resume',
  allow: 'Turn on sound',
  mute: 'Mute',
  volume: 'Volume',
  live: 'Go to live',
  back: (span) => `Back ${span}`,
  timeline: 'Timeline',
  behind: (span) => `${span} behind live`,
  pictureInPicture: 'Picture in picture',
  fullscreen: 'Full screen',
  language: 'Language',
  roles: { interpretation: 'interpretation', description: 'audio description' },
  copyDetails: 'Copy details',
  detailsCopied: 'Details copied',
  headlines: {
    opening: 'Connecting',
    scheduled: 'Not started yet',
    connecting: 'Connecting',
    hearing: 'Listening live',
    muted: 'Muted',
    paused: 'Paused',
    blocked: 'Sound is off',
    stalled: 'Buffering',
    waiting: 'Reconnecting',
    rejoining: 'Short pause',
    queued: 'Waiting for your turn',
    ended: 'The event has ended',
    closed: 'Stopped',
  },
  recording: 'Playing the recording',
  failed: 'Playback stopped',
  kinds: { whep: 'WebRTC', hls: 'HLS', stream: 'audio stream', recording: 'recording' },
  details: {
    opening: 'Loading the event.',
    connecting: 'Loading the sound.',
    muted: 'Unmute, or turn up the volume.',
    paused: 'Resume here, or go to live.',
    blocked: 'Your browser needs a press to play sound.',
    stalled: 'The sound continues as soon as more has loaded.',
    queued: 'Keep this page open. The sound starts automatically.',
    ended: 'You have listened to the end.',
    closed: 'Press Listen again to continue.',
  },
  hearing: (by, behind) => (behind ? `Source: ${by}, ${behind} behind live.` : `Source: ${by}.`),
  scheduled: ({ at, relative }) =>
    `${at ? `Starts at ${at}${relative ? `, ${relative}` : ''}` : 'The start time is not known yet'}. Keep this page open. The sound starts automatically.`,
  retrying: 'Retrying automatically.',
  waiting: (why, { relative }) => `${why} Retrying ${relative ?? 'now'}.`,
  rejoining: ({ relative }) =>
    `The sound continues ${relative ?? 'now'}, so that you do not hear the same words twice.`,
  queue: ({ at, by }) =>
    `${at ? `Your turn is at about ${at}.` : 'Your turn is not known yet.'} ${
      by ? `Until then you listen to the ${by} source.` : 'There is no sound until then.'
    }`,
  busy: 'The server is busy.',
  why: {
    'bad-option': 'This page is not set up correctly.',
    'bad-document': 'The event data cannot be read.',
    'bad-policy': 'This page is not set up correctly.',
    'bad-message': 'The server sent an invalid message.',
    network: 'No response. Check your internet connection.',
    timeout: 'The server did not respond in time.',
    overload: 'The server has a problem.',
    'bad-answer': 'The server did not send a stream.',
    refused: 'You do not have access.',
    'turned-away': 'Your place in the queue was lost.',
    gone: 'The stream was not found.',
    http: 'The stream is not available.',
    media: 'The stream cannot be decoded.',
    frozen: 'The stream has stopped updating.',
    stalled: 'The sound has stopped.',
    unsupported: 'This browser cannot play the stream.',
    stopped: 'The player has stopped retrying.',
  },
};
