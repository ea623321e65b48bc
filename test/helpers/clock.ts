/** A callback that is due at a moment of virtual time. */
interface Task {
  readonly due: number;
  readonly order: number;
  readonly callback: () => void;
  cancelled: boolean;
}

const EPOCH = Date.UTC(2026, 10, 22, 20);

const isBefore = (a: Task, b: Task): boolean =>
  a.due < b.due || (a.due === b.due && a.order < b.order);

/** A binary heap of tasks, the next one first. */
class Queue {
  readonly #tasks: Task[] = [];

  get next(): Task | undefined {
    return this.#tasks[0];
  }

  push(task: Task): void {
    const tasks = this.#tasks;
    let index = tasks.push(task) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(task, tasks[parent] as Task)) break;
      tasks[index] = tasks[parent] as Task;
      index = parent;
    }
    tasks[index] = task;
  }

  shift(): void {
    const tasks = this.#tasks;
    const last = tasks.pop();
    if (!last || tasks.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= tasks.length) break;
      const right = tasks[child + 1];
      if (right && isBefore(right, tasks[child] as Task)) child++;
      if (!isBefore(tasks[child] as Task, last)) break;
      tasks[index] = tasks[child] as Task;
      index = child;
    }
    tasks[index] = last;
  }
}

/** A turn of the event loop, at the least it costs: Node's is ten times cheaper than a message. */
const nextTurn: (callback: () => void) => void = (() => {
  if (typeof setImmediate === 'function') return setImmediate;
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return (callback: () => void) => {
    waiting.push(callback);
    port2.postMessage(null);
  };
})();

/** Lets every promise that can settle now do so: a turn of the event loop drains the microtasks. */
export const settle = (): Promise<void> => new Promise((resolve) => nextTurn(resolve));

/**
 * Virtual time, shared by any number of hosts. `advance()` runs what falls due, in order, and lets
 * promises settle after each callback.
 */
export class Clock {
  /** What callbacks threw. A test that expects none asserts that this is empty. */
  readonly uncaught: unknown[] = [];
  /** Callbacks that ran. */
  steps = 0;
  /** Called after each callback, when promises have settled. */
  onStep: () => void = () => {};
  readonly #queue = new Queue();
  #elapsed = 0;
  #wall: number;
  #order = 0;

  constructor(start = EPOCH) {
    this.#wall = start;
  }

  /** Epoch ms. */
  now(): number {
    return this.#wall + this.#elapsed;
  }

  /** Monotonic ms. */
  elapsed(): number {
    return this.#elapsed;
  }

  /** Calls back after `ms`; returns what cancels it. */
  schedule(callback: () => void, ms: number): () => void {
    const due = this.#elapsed + Math.max(0, Number.isNaN(ms) ? 0 : ms);
    const task: Task = { due, order: this.#order++, callback, cancelled: false };
    this.#queue.push(task);
    return () => {
      task.cancelled = true;
    };
  }

  /** Passes time. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await settle();
    await this.#runTo(end);
    this.#elapsed = Math.max(this.#elapsed, end);
  }

  /** Passes time until `done`, for `most` ms at the most; tells whether it was. */
  async until(done: () => boolean, most: number): Promise<boolean> {
    const end = this.#elapsed + most;
    await settle();
    while (!done()) {
      const { next } = this.#queue;
      if (!next || next.due > end) return false;
      await this.#runTo(next.due);
    }
    return true;
  }

  /** Time passes while the machine sleeps: what fell due meanwhile is late. */
  async sleep(ms: number): Promise<void> {
    await settle();
    this.#elapsed += ms;
    await this.advance(0);
  }

  /** Somebody sets the wall clock; timers do not notice. */
  setWall(byMs: number): void {
    this.#wall += byMs;
  }

  async #runTo(end: number): Promise<void> {
    for (let { next } = this.#queue; next && next.due <= end; { next } = this.#queue) {
      this.#elapsed = Math.max(this.#elapsed, next.due);
      this.#queue.shift();
      if (next.cancelled) continue;
      try {
        next.callback();
      } catch (error) {
        this.uncaught.push(error);
      }
      await settle();
      this.steps++;
      this.onStep();
    }
  }
}
