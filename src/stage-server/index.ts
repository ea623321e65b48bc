/** The server side of a door, for your own stage: Node, Deno, Bun or a worker. */
export type { Opening } from '../policy/opening.ts';
export type { Rates } from './admission-controller.ts';
export {
  createDoor,
  type DoorServer,
  type DoorStats,
} from './door.ts';
export type { DoorOptions } from './options.ts';
export type { JoinAnswer, PublishedDoor, RequestHeaders, Ticket } from './requests.ts';
export {
  type Claims,
  type Common,
  createSigner,
  type PassClaims,
  type Secret,
  type Signer,
  type TicketClaims,
} from './tokens.ts';
