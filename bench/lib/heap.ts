import type { CDPSession } from 'playwright-core';

/** What a JS heap holds of one kind: objects of one constructor, strings, code. */
export interface Holding {
  readonly kind: string;
  readonly count: number;
  readonly bytes: number;
}

interface Snapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly [readonly string[], ...unknown[]];
    };
  };
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
}

/** What V8 has compiled. It is made when needed, and thrown away, at times of V8's own. */
const CODE = 'code';
/** What the browser holds outside of the heap: not only for the page, but for DevTools too. */
const NATIVE = 'native';
/** Names of these are contents, not kinds. */
const CONTENTS = new Set(['string', 'concatenated string', 'sliced string', 'number', 'bigint']);
const NAME = 60;

/** What a heap holds, by kind (the snapshot format of V8). */
export async function holdings(cdp: CDPSession): Promise<Map<string, Holding>> {
  const chunks: string[] = [];
  const take = ({ chunk }: { chunk: string }) => chunks.push(chunk);
  cdp.on('HeapProfiler.addHeapSnapshotChunk', take);
  await cdp.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  cdp.off('HeapProfiler.addHeapSnapshotChunk', take);
  return countByKind(JSON.parse(chunks.join('')));
}

/** Bytes of what the page holds in its heap, and of the code that V8 has compiled for it. */
export function sumOf(held: ReadonlyMap<string, Holding>): { objects: number; code: number } {
  const sum = { objects: 0, code: 0 };
  for (const { kind, bytes } of held.values()) {
    if (kind.startsWith(`${CODE}:`)) sum.code += bytes;
    else if (!kind.startsWith(`${NATIVE}:`)) sum.objects += bytes;
  }
  return sum;
}

function countByKind({ snapshot, nodes, strings }: Snapshot): Map<string, Holding> {
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, name, size] = ['type', 'name', 'self_size'].map((one) => fields.indexOf(one));
  const found = new Map<string, Holding>();
  for (let node = 0; node < nodes.length; node += fields.length) {
    const at = (field = 0) => nodes[node + field] ?? 0;
    const group = types[0][at(type)] ?? '';
    const kind = CONTENTS.has(group) ? group : `${group}: ${strings[at(name)]?.slice(0, NAME)}`;
    const { count, bytes } = found.get(kind) ?? { count: 0, bytes: 0 };
    found.set(kind, { kind, count: count + 1, bytes: bytes + at(size) });
  }
  return found;
}

/** What `after` holds more than `before`, or less, the largest difference first. */
export function differences(
  before: ReadonlyMap<string, Holding>,
  after: ReadonlyMap<string, Holding>,
): Holding[] {
  const kinds = new Set([...before.keys(), ...after.keys()]);
  return [...kinds]
    .map((kind) => ({
      kind,
      count: (after.get(kind)?.count ?? 0) - (before.get(kind)?.count ?? 0),
      bytes: (after.get(kind)?.bytes ?? 0) - (before.get(kind)?.bytes ?? 0),
    }))
    .filter(({ bytes }) => bytes !== 0)
    .sort((one, other) => Math.abs(other.bytes) - Math.abs(one.bytes));
}
