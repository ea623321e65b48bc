import { onAbort } from './host.ts';

/** What the tabs of one browser on one origin need to elect a leader. */
export interface Tabs {
  /**
   * Queues for the lock of that name. Calls `tell` with `true` when this tab has the lock, with `false` when another
   * tab has it. After a tab has lost the lock, it queues again. A closed tab loses the lock.
   *
   * @param steal takes the lock from its holder.
   * @returns a function that releases the lock, or leaves the queue.
   */
  lock(name: string, tell: (isHeld: boolean) => void, steal: boolean): () => void;
  /** Receives what the other tabs post under that name, never this tab's own messages. */
  join(name: string, listener: (message: unknown) => void): TabLine;
}

/** What {@link Tabs.join} returns. */
export interface TabLine {
  /** Sends a message to all other tabs, by structured clone. */
  post(message: object): void;
  /** Leaves: no message is received or posted after this. */
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
        // Rejects if the lock is stolen, or if the request is aborted in the queue.
        await navigator.locks.request(name, options, hold).catch(() => {});
        if (signal.aborted) return;
        // Without locks, each tab has its own connection.
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

/** The browser's own, with Web Locks and BroadcastChannel; `null` if it lacks either. */
export const browserTabs = (): Tabs | null =>
  'BroadcastChannel' in globalThis && navigator.locks ? tabs : null;
