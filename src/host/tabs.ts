import { onAbort } from './host.ts';

/** What the tabs of one browser on one origin need to agree on who speaks for all. */
export interface Tabs {
  /**
   * Queues for the one lock of that name. Tells `true` when this tab has it, `false` when another
   * one has, also after this one had it: it queues on. A tab that is gone loses it.
   *
   * @param steal takes it from whoever has it.
   * @returns what gives it up, or leaves the queue.
   */
  lock(name: string, tell: (isHeld: boolean) => void, steal: boolean): () => void;
  /** Hears what the other tabs post under that name, never what it posts itself. */
  join(name: string, listener: (message: unknown) => void): TabLine;
}

/** What {@link Tabs.join} gives. */
export interface TabLine {
  /** To all others; structured clone. */
  post(message: object): void;
  /** Leaves: nothing is heard and nothing posted any more. */
  close(): void;
}

const tabs: Tabs = {
  lock(name, tell, steal) {
    const controller = new AbortController();
    const { signal } = controller;
    let isCalled = false;
    const hold = (lock: Lock | null) => {
      isCalled = true;
      if (!lock || signal.aborted) return;
      tell(true);
      return new Promise<void>((resolve) => {
        onAbort(signal, resolve);
      });
    };
    const queue = async () => {
      for (let options: LockOptions = steal ? { steal } : { ifAvailable: true }; ; ) {
        isCalled = false;
        // Rejects when the lock is stolen, and when it is given up in the queue.
        await navigator.locks.request(name, options, hold).catch(() => {});
        if (signal.aborted) return;
        // Without locks each tab has its own connection.
        if (!isCalled) return tell(true);
        tell(false);
        options = { signal };
      }
    };
    void queue();
    return () => controller.abort();
  },
  join(name, listener) {
    const channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }) => listener(data);
    return {
      post: (message) => channel.postMessage(message),
      close: () => channel.close(),
    };
  },
};

/** The browser's own, by Web Locks and BroadcastChannel; `null` where it lacks either. */
export const browserTabs = (): Tabs | null =>
  'BroadcastChannel' in globalThis && navigator.locks ? tabs : null;
