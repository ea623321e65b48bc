// What a user's code may rely on, and what must not compile. Nothing here runs.
import {
  createDoor,
  createSigner,
  type DoorOptions,
  type DoorServer,
  type PublishedDoor,
} from 'earshot/stage-server';

const options: DoorOptions = {
  stage: 'talk',
  door: 'floor',
  secrets: ['a secret of 32 bytes or more, please'],
  capacity: 100,
  listeners: 1_000_000,
};
const door: DoorServer = createDoor(options);
const answer = await door.join(new Headers(), { rejoin: true });
const status: 403 | 503 = answer.ok ? 403 : answer.status;
void status;
await door.join({ 'earshot-pass': undefined }, { rejoin: undefined });
const published: PublishedDoor = door.published(0);
published.tickets?.length;
const claims = await createSigner(options.secrets).read('token');
if (claims?.kind === 'ticket') claims.lot.toFixed();
// @ts-expect-error only a refusal has a status
answer.status;
// @ts-expect-error a pass has no lot
if (claims?.kind === 'pass') claims.lot;
// @ts-expect-error secrets are needed
createDoor({ stage: 'talk', door: 'floor', capacity: 1, listeners: 1 });
// @ts-expect-error may be no ticket at all
published.tickets.length;
