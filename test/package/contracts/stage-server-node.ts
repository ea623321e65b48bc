// What a user's code may rely on, and what must not compile. Nothing here runs.
import { createServer } from 'node:http';
import { createStage, memoryStore } from 'earshot/stage-server';
import {
  createStageListener,
  createUpgradeListener,
  fileJournal,
  type ServedStage,
  serveStage,
} from 'earshot/stage-server/node';

const stage = createStage({
  secrets: ['a secret of 32 bytes or more, please'],
  store: memoryStore({ journal: fileJournal('stage.journal', { sync: true }) }),
});
const served: ServedStage = await serveStage(stage, {
  port: 0,
  before: (request, response) => request.url === '/' && !!response.end('Hello'),
});
served.server.address();
await served.close({ window: 30 });

const server = createServer(createStageListener(stage));
server.on('upgrade', createUpgradeListener(stage));
// @ts-expect-error a port is a number
await serveStage(stage, { port: '8080' });
