import { EarshotError, type ErrorCode } from '../../src/policy/errors.ts';
import {
  type Effect,
  type Event,
  type Facts,
  INITIAL,
  type Model,
} from '../../src/policy/model.ts';
import { reduce } from '../../src/policy/reduce.ts';
import type { Wait } from '../../src/policy/state.ts';
import { parseDocument } from '../../src/stage/parse.ts';

type Tick = Extract<Event, { type: 'observed' }>;

const BASE = 'https://stage.example/';
export const START = Date.UTC(2026, 10, 22, 20);
export const TICK = 250;

/** A stage of three CDNs and a recording. */
export const stageOf = (fields: object = {}) =>
  parseDocument(
    {
      version: 1,
      sources: [
        { kind: 'hls', url: 'https://a.example/talk.m3u8' },
        { kind: 'hls', url: 'https://b.example/talk.m3u8' },
        { kind: 'hls', url: 'https://c.example/talk.m3u8' },
        { kind: 'recording', url: 'https://a.example/talk-vod.m3u8' },
      ],
      ...fields,
    },
    BASE,
  );

/** What a source that plays well shows. */
export const GOOD: Facts = {
  isAdvancing: true,
  ahead: 12_000,
  target: 12_000,
  wait: null,
  isFrozen: false,
  isComplete: false,
  liveness: null,
};

export const waitOf = (until: number, code: ErrorCode = 'network', since = START): Wait => ({
  until,
  since,
  attempt: 1,
  error: new EarshotError(code, 'It failed.'),
});

/** The reducer in the hands of a test: its model, its time, and the runs that it has opened. */
export class Driven {
  model: Model = INITIAL;
  now = START;
  readonly alive = new Set<number>();
  readonly effects: Effect[] = [];

  send(event: Event): readonly Effect[] {
    const [model, effects] = reduce(this.model, event);
    this.model = model;
    for (const effect of effects) {
      if (effect.type === 'open') this.alive.add(effect.run.generation);
      if (effect.type === 'drop') this.alive.delete(effect.generation);
      if (effect.type === 'over') this.alive.clear();
    }
    this.effects.push(...effects);
    return effects;
  }

  document(fields: object = {}, isFixed = false): readonly Effect[] {
    return this.send({ type: 'document', document: stageOf(fields), isFixed });
  }

  tick(change: Partial<Tick> = {}): readonly Effect[] {
    this.now += TICK;
    const { active, standby, rungs } = this.model;
    return this.send({
      type: 'observed',
      now: this.now,
      waits: rungs.map(() => null),
      positions: rungs.map(() => null),
      active: active && GOOD,
      standby: standby && GOOD,
      documentWait: null,
      draw: 0,
      ...change,
    });
  }

  fail(generation: number, code: ErrorCode = 'media'): readonly Effect[] {
    const error = new EarshotError(code, 'It failed.');
    return this.send({ type: 'failed', now: this.now, generation, error });
  }

  /** A swap that was asked for has happened. */
  swap(): void {
    const { standby } = this.model;
    if (!standby?.isSwapping) return;
    this.send({ type: 'swapped', now: this.now, generation: standby.generation });
  }

  /** All goes well for so long. */
  prosper(ms: number): void {
    for (let passed = 0; passed < ms; passed += TICK) {
      this.tick();
      this.swap();
    }
  }

  get hears(): boolean {
    return this.model.active?.facts.isAdvancing === true;
  }

  get isOver(): boolean {
    return this.model.phase === 'closed' || this.model.phase === 'ended';
  }
}

/** A session that hears the source of a rung; `draw` decides when it may climb. */
export const heardAt = (rung: number, draw = 0): Driven => {
  const driven = new Driven();
  driven.document();
  driven.tick({ waits: driven.model.rungs.map((_, at) => (at < rung ? waitOf(START * 2) : null)) });
  const keep = driven.model.rungs.map((_, at) => (at < rung ? waitOf(driven.now + 1_000) : null));
  for (let ticks = 0; ticks < 8; ticks++) driven.tick({ waits: keep, draw });
  return driven;
};
