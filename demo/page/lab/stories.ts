import type { IncidentName } from '../../../src/herd/index.ts';

/** What happens in each incident, in a sentence. docs/incidents.md says it whole. */
export const STORIES: Readonly<Record<IncidentName, string>> = {
  'doors-open': 'Everybody comes within 30 s. The stage has published when it lets whom in.',
  restart: 'Everybody was in, and is dropped in one second. A second later the origin is back.',
  'forty-five-minutes': 'Everybody comes while an attack holds 95 % of the origin, for 45 minutes.',
  'guess-too-fast': 'Doors open, but twice as many come as the stage expected.',
  'guess-too-slow': 'Doors open, but half as many come as the stage expected.',
  'no-hint': 'Everybody was in, and is dropped by an outage of 20 s. Nothing is published.',
  return: 'The origin is down for ten minutes, and everybody hears HLS. Then it comes back.',
  'reload-storm': 'Doors open, and a third of those who wait press F5 every 20 s.',
};

/** Which of the dials matter in an incident, so that nobody turns one in vain. */
export const bearing = (incident: IncidentName): string => {
  if (incident === 'no-hint')
    return 'Nothing is published here, so all depends on first, factor and cap.';
  if (incident === 'return')
    return 'While the origin is down first, factor and cap decide; then the door does.';
  return 'Here the door decides who asks when, so first, factor and cap hardly matter. Try “No hint”.';
};
