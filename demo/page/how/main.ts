import { createAgain } from './again.ts';
import { createCrowd } from './crowd.ts';
import { createDoorPicture } from './door.ts';
import { createHearing } from './hearing.ts';
import { createLadder } from './ladder.ts';

for (const create of [createCrowd, createAgain, createLadder, createDoorPicture, createHearing]) {
  create();
}
