import { createAgain } from './how-again.ts';
import { createCrowd } from './how-crowd.ts';
import { createDoorPicture } from './how-door.ts';
import { createHearing } from './how-hearing.ts';
import { createLadder } from './how-ladder.ts';

for (const create of [createCrowd, createAgain, createLadder, createDoorPicture, createHearing]) {
  create();
}
