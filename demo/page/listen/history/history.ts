import type { Tone } from './tone.ts';

/** A stretch of time with one status. */
export interface Span {
  from: number;
  to: number;
  tone: Tone;
  words: string;
}

export interface Mark {
  at: number;
  kind: 'switch' | 'door' | 'error' | 'fault' | 'note';
  words: string;
}

const KEY = 'earshot-demo:history';
const KEPT = 180_000;
const MOST_MARKS = 200;
/** Without a sign of life for so long, nobody was listening. */
const GAP = 2_500;
const SAME = 1_500;

/** What happened in the last three minutes, in this tab; a reload is part of the story. */
export class History {
  spans: Span[] = [];
  marks: Mark[] = [];

  extend(now: number, tone: Tone, words: string): void {
    const last = this.spans.at(-1);
    const joins = last && now - last.to < GAP;
    if (joins) last.to = now;
    if (!joins || last.tone !== tone || last.words !== words) {
      this.spans.push({ from: now, to: now, tone, words });
    }
    while (this.spans[0] && this.spans[0].to < now - KEPT) this.spans.shift();
  }

  mark(at: number, kind: Mark['kind'], words: string): void {
    const again = this.marks.some((mark) => mark.words === words && at - mark.at < SAME);
    if (!again) this.marks.push({ at, kind, words });
    if (this.marks.length > MOST_MARKS) this.marks.shift();
  }

  at(time: number): Span | undefined {
    return this.spans.findLast((one) => one.from <= time && time <= one.to);
  }

  save(): void {
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ spans: this.spans, marks: this.marks }));
    } catch {
      // The page works without its past.
    }
  }

  load(now: number): void {
    try {
      const { spans, marks } = JSON.parse(sessionStorage.getItem(KEY) ?? '') as History;
      this.spans = spans.filter((one) => one.to > now - KEPT);
      this.marks = marks.filter((one) => one.at > now - KEPT);
    } catch {
      // None, or garbage: begin anew.
    }
  }
}
