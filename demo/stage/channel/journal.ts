import type { AcceptedMessage } from '../../../src/stage-server/index.ts';
import type { StoreRecord } from '../../../src/stage-server/store/records.ts';

/** The accepted messages in the text of a stage's journal, in the order of acceptance. */
export const acceptedIn = (text: string): AcceptedMessage[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as StoreRecord)
    .flatMap((record) => {
      const isAccepted = record.op === 'decided' && record.reason === null;
      if (record.op !== 'message' && !isAccepted) return [];
      const { from, seq, type, key, payload, at } = record;
      return [{ from, seq, type, key, payload, at }];
    });
