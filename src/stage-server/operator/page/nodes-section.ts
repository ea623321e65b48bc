import type { NodeStats } from '../../stats.ts';
import type { OperatorState } from '../operator-state.ts';
import type { Console, Section } from './console.ts';
import { byId, list, make, say, set } from './dom.ts';
import { duration, figure } from './words.ts';

/** A node that reported before, and does not any more, is shown so long. */
const REMEMBERED_MS = 300_000;
/** A node reports each second, and this page hears of it up to a second later. */
const LATE_AFTER_MS = 3_000;
const HEADS = ['Node', 'Connections', 'Last sign', 'Up for', 'Version', 'Health'];

interface Row {
  readonly node: NodeStats;
  readonly isGone: boolean;
}

function healthOf({ node, isGone }: Row, state: OperatorState, isMixed: boolean): string {
  if (isGone) return node.isDraining ? 'stopped' : 'no sign: stopped or cut off';
  const words = [
    node.isKeeper && 'keeper',
    node.isDraining && 'draining',
    state.at - node.at > LATE_AFTER_MS && 'late',
    isMixed && 'another version',
    node.node === state.node && 'serves this page',
  ].filter(Boolean);
  return words.join(', ') || 'well';
}

const isTroubled = ({ node, isGone }: Row, at: number): boolean =>
  isGone ? !node.isDraining : at - node.at > LATE_AFTER_MS;

/** The nodes of the stage, and those that have gone lately. */
export function createNodesSection({ announcer }: Console): Section {
  const table = byId('nodes');
  const body = table.querySelector('tbody') as Element;
  const known = new Map<string, NodeStats>();

  function rowsOf({ nodes, at }: OperatorState): readonly Row[] {
    const isFirst = known.size === 0;
    const alive = new Set(nodes.map(({ node }) => node));
    for (const one of nodes) {
      if (!isFirst && !known.has(one.node)) announcer.say('A node has joined.');
      known.set(one.node, one);
    }
    for (const [name, one] of known) if (at - one.at > REMEMBERED_MS) known.delete(name);
    const gone = [...known.values()].filter(({ node }) => !alive.has(node));
    return [
      ...nodes.map((node) => ({ node, isGone: false })),
      ...gone.map((node) => ({ node, isGone: true })),
    ];
  }

  let goneBefore = 0;
  return {
    update(state) {
      const rows = rowsOf(state);
      const versions = state.nodes.map(({ version }) => version);
      const common = versions.sort(
        (one, other) => count(versions, other) - count(versions, one) || (one < other ? 1 : -1),
      )[0];
      list(
        body,
        rows,
        () => make('tr', {}, make('th', { scope: 'row' }), ...HEADS.slice(1).map(() => make('td'))),
        (tr, row) => {
          const { node, since, connections, at, version } = row.node;
          const cells = [
            node,
            row.isGone ? '–' : figure(connections),
            `${duration((state.at - at) / 1_000)} ago`,
            row.isGone ? '–' : duration((state.at - since) / 1_000),
            version,
            healthOf(row, state, version !== common),
          ];
          set(tr, 'data-trouble', String(isTroubled(row, state.at)));
          cells.forEach((words, index) => {
            const cell = tr.children[index] as Element;
            say(cell, words);
            // Where the table is narrow, no head says what a figure is.
            set(cell, 'data-head', HEADS[index] as string);
          });
        },
      );
      const goneNow = rows.filter(({ isGone, node }) => isGone && !node.isDraining).length;
      if (goneNow > goneBefore) announcer.say('A node gives no sign.');
      goneBefore = goneNow;
      say(byId('store-age'), `The store answered ${duration(state.storeAge)} ago.`);
    },
  };
}

const count = (all: readonly string[], one: string): number =>
  all.filter((other) => other === one).length;
