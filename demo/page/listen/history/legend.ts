import { byId } from '../../ui/dom.ts';
import type { Desk } from '../console/desk.ts';

/** The legend tells of what the stage has. */
export function createLegend(desk: Desk): () => void {
  const [whep, floor, door] = [byId('legend-whep'), byId('legend-floor'), byId('legend-door')];
  return () => {
    whep.hidden = !desk.shown.includes('whep');
    floor.hidden = !desk.shown.includes('floor');
    door.hidden = !desk.door;
  };
}
