import type { Session } from './api.ts';
import { type ListenOptions, resolve } from './options.ts';
import { createSession } from './session.ts';

/**
 * Plays the best source of a stage that can be had now, and keeps it playing. Call it in a gesture,
 * such as a press on a button, so that the browser lets the sound through.
 *
 * @throws EarshotError `bad-option` at once, and nothing else ever.
 */
export const listen = (options: ListenOptions): Session => createSession(resolve(options));
