// Runs in a recipe's page before anything else: hears every media element that it makes.
import { onElement } from '../../../bench/page/elements.ts';
import { Loudness } from '../../helpers/loudness.ts';

const loudness = new Loudness();
const known = new Set<HTMLMediaElement>();

onElement((media) => {
  if (known.has(media)) return;
  known.add(media);
  loudness.add(media);
});

declare global {
  var hears: () => boolean;
  /** Where a framework has mounted something. */
  var unmount: () => void;
}

globalThis.hears = () => loudness.hears();
