import type { IncidentName } from '../../../src/herd/index.ts';

/** Each incident in a sentence or two. docs/incidents.md has the details. */
export const STORIES: Readonly<Record<IncidentName, string>> = {
  'doors-open':
    'All listeners arrive within 30 s. The stage document says when each of them may join.',
  restart:
    'All listeners lose the connection within one second. One second later the origin is back.',
  'forty-five-minutes':
    'All listeners arrive while an attack takes 95 % of the capacity, for 45 minutes.',
  'guess-too-fast':
    'As “Doors open”, but twice as many listeners come as the waiting room expects.',
  'guess-too-slow': 'As “Doors open”, but half as many listeners come as the waiting room expects.',
  'no-hint':
    'All listeners lose the connection in an outage of 20 s. There is no stage document and no waiting room.',
  return: 'The origin is down for ten minutes, and all listeners hear HLS. Then it comes back.',
  'reload-storm':
    'As “Doors open”, and a third of the waiting listeners reload the page every 20 s.',
};

/** Which settings have an effect in an incident. */
export const bearing = (incident: IncidentName): string => {
  if (incident === 'no-hint') return 'Without a stage document, only first, factor and cap decide.';
  if (incident === 'return')
    return 'While the origin is down, first, factor and cap decide. After that the waiting room decides.';
  return 'Here the waiting room decides who joins when, so first, factor and cap have little effect. Try “No hint”.';
};
