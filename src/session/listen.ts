import type { Session } from './api.ts';
import { type ListenOptions, resolve } from './options.ts';
import { createSession } from './session.ts';

/**
 * Plays the best available source of a stage and keeps it playing. Call it in a user gesture, such as a click
 * handler; otherwise the browser blocks the sound.
 *
 * @throws EarshotError `bad-option` at once; it never throws another error.
 */
export const listen = (options: ListenOptions): Session => createSession(resolve(options));
