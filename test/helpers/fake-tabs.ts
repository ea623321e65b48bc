import type { Tabs } from '../../src/host/tabs.ts';

interface Place {
  readonly name: string;
  readonly tab: FakeTab;
  readonly tell: (isHeld: boolean) => void;
}

/** The tabs of one browser: its locks and its lines. Messages come in a later turn, copied. */
export class FakeTabs {
  readonly queue: Place[] = [];
  readonly lines = new Set<{ name: string; tab: FakeTab; listener: (message: unknown) => void }>();

  open(): FakeTab {
    return new FakeTab(this);
  }

  holder(name: string): FakeTab | undefined {
    return this.queue.find((place) => place.name === name)?.tab;
  }

  leave(place: Place): void {
    const wasHeld = this.queue.find(({ name }) => name === place.name) === place;
    const index = this.queue.indexOf(place);
    if (index < 0) return;
    this.queue.splice(index, 1);
    const next = this.queue.find(({ name }) => name === place.name);
    if (wasHeld && next) queueMicrotask(() => this.queue.includes(next) && next.tell(true));
  }
}

/** One of them. */
export class FakeTab implements Tabs {
  /** Hears and says nothing, and holds what it holds. */
  isFrozen = false;
  readonly #browser: FakeTabs;

  constructor(browser: FakeTabs) {
    this.#browser = browser;
  }

  lock(name: string, tell: (isHeld: boolean) => void, steal: boolean): () => void {
    const { queue } = this.#browser;
    const place = { name, tab: this, tell };
    const held = queue.find((other) => other.name === name);
    if (steal) {
      queue.unshift(place);
      if (held) queueMicrotask(() => queue.includes(held) && held.tell(false));
    } else queue.push(place);
    queueMicrotask(() => queue.includes(place) && tell(!held || steal));
    return () => this.#browser.leave(place);
  }

  join(name: string, listener: (message: unknown) => void) {
    const { lines } = this.#browser;
    const line = { name, tab: this, listener };
    lines.add(line);
    return {
      post: (message: object) => {
        if (this.isFrozen || !lines.has(line)) return;
        for (const other of [...lines]) {
          if (other === line || other.name !== name || other.tab.isFrozen) continue;
          const copy = structuredClone(message);
          queueMicrotask(() => lines.has(other) && other.listener(copy));
        }
      },
      close: () => {
        lines.delete(line);
      },
    };
  }

  /** The process of this tab is gone; the browser lets go of what it held. */
  kill(): void {
    const { queue, lines } = this.#browser;
    for (const line of [...lines]) if (line.tab === this) lines.delete(line);
    for (const place of [...queue]) if (place.tab === this) this.#browser.leave(place);
  }
}
