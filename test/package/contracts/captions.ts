// What a user's code may rely on, and what must not compile. Nothing here runs.
import { type Cue, type CueInit, cues, listen, type Session } from 'earshot';
import 'earshot/element';
import { type Caption, captionTrack, EarshotCaptions, readCaption } from 'earshot/captions';

const session: Session = listen({ stage: 'https://cdn.example/talk.m3u8', cues: cues() });
const cue: CueInit = { id: 'a', at: '2026-11-22T20:12:00Z', type: 'slide' };
const isTaken: boolean = session.cue({ ...cue, until: 1_000, payload: { page: 3 } });
session.on('cue', ({ at, until, payload }: Cue) => void [at + 1, until ?? 0, payload]);
const active: readonly Cue[] = session.state.cues;
const captions: EarshotCaptions = document.createElement('earshot-captions');
captions.source = session;
captions.source = document.querySelector('earshot-listener');
captions.words = { captions: 'Untertitel' };
const caption: Caption | null = active[0] ? readCaption(active[0]) : null;
const stop: () => void = captionTrack(session, document.createElement('video'), { lang: 'de' });
void [isTaken, caption, stop, EarshotCaptions];
// @ts-expect-error a cue has a type
session.cue({ id: 'a', at: 0 });
// @ts-expect-error it is frozen
active[0].at = 1;
// @ts-expect-error no such source
captions.source = document.body;
// @ts-expect-error a caption belongs to a session
captionTrack(document, document.createElement('video'));
