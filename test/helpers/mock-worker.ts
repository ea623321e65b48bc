import { type SetupWorker, setupWorker } from 'msw/browser';

/** A service worker that answers for origins of its own, for all tests of a file; before each the stores are empty. */
export const mockWorker = (): SetupWorker => {
  const worker = setupWorker();
  before(() =>
    worker.start({
      quiet: true,
      onUnhandledFrame: 'bypass',
      serviceWorker: { url: '/mockServiceWorker.js' },
    }),
  );
  after(() => {
    // Its promise never settles where the page is controlled by the worker.
    void worker.stop();
  });
  beforeEach(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
  return worker;
};
