// One player, from its call to its first sound: Earshot, or the barest client of the same source.
import { players } from './ways.ts';

await bench.probe.ready;
bench.probe.mark('call');
players[new URLSearchParams(location.search).get('player') ?? '']?.();
