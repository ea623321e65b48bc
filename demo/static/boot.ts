// Starts a page of the static demo when the service worker that plays the stage is there.

const STILL_HERE_MS = 10_000;
const WORKER = 'stage-worker.js';

/** Resolves when the worker answers for this page; a page that was reloaded past it is loaded anew. */
async function controlled(): Promise<void> {
  const { serviceWorker } = navigator;
  if (!serviceWorker) throw new Error('This browser lets this page have no service worker.');
  const isKnown = !!(await serviceWorker.getRegistration())?.active;
  const comes = new Promise((resolve) => {
    serviceWorker.addEventListener('controllerchange', resolve, { once: true });
  });
  await serviceWorker.register(WORKER);
  if (serviceWorker.controller) return;
  if (isKnown) location.reload();
  await comes;
}

function tell(error: unknown): void {
  const words = `The stage cannot be played here: ${error instanceof Error ? error.message : error}`;
  const note = document.createElement('p');
  note.setAttribute('role', 'alert');
  note.className = 'remembered';
  note.textContent = words;
  document.querySelector('main')?.prepend(note);
}

async function start(): Promise<void> {
  const { main = '', without } = document.documentElement.dataset;
  const press = document.getElementById('press');
  let isPressed = false;
  const early = () => {
    isPressed = true;
  };
  press?.addEventListener('click', early);
  try {
    await controlled().catch((error: unknown) => {
      const unboxed = document.getElementById(without ?? '') as HTMLButtonElement | null;
      if (!unboxed) throw error;
      // Only the worker puts what is pasted into a box, and all else on this page goes without it.
      unboxed.disabled = true;
    });
    setInterval(() => navigator.serviceWorker?.controller?.postMessage('here'), STILL_HERE_MS);
    await import(new URL(main, location.href).href);
    press?.removeEventListener('click', early);
    // Who pressed before anything listened is heard now.
    if (isPressed) press?.click();
  } catch (error) {
    tell(error);
  }
}

void start();
