/** The parts of the server that need Node. */
export { type FileJournalOptions, fileJournal } from './file-journal.ts';
export {
  createStageListener,
  createUpgradeListener,
  type NodeWebSocket,
  type ServedStage,
  type ServeOptions,
  serveStage,
  type UpgradeListener,
} from './serve.ts';
