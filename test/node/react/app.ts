// A page of React's that shows the element's state and events: rendered on a server, hydrated in a browser.
import { createElement, useEffect, useRef, useState } from 'react';
import {
  EarshotListener,
  type EarshotListenerElement,
  type EarshotListenerProps,
  useListener,
} from '../../../src/react/index.ts';

interface AppProps extends EarshotListenerProps {
  /** The ref of the component. */
  readonly hold?: (element: EarshotListenerElement | null) => void;
}

/** What the page shows: the props of the component are the tests'. */
export function App({ hold = () => {}, ...props }: AppProps) {
  const [status, setStatus] = useState('nothing');
  const [events, setEvents] = useState<readonly string[]>([]);
  const add = ({ type, target, currentTarget }: Event) => {
    const isOwn = target === currentTarget && currentTarget instanceof HTMLElement;
    setEvents((before) => [...before, isOwn ? type : `${type} of another`]);
  };
  return createElement(
    'section',
    null,
    createElement(
      EarshotListener,
      {
        ref: hold,
        className: 'talk',
        onState: (state) => setStatus(state.status),
        onPlay: add,
        onPlaying: add,
        onPause: add,
        onVolumeChange: add,
        ...props,
      },
      createElement('b', { slot: 'heading' }, 'A talk, marked up'),
    ),
    createElement('p', { id: 'status' }, `It says ${status}.`),
    createElement('p', { id: 'events' }, events.join(' ')),
  );
}

/** Shows the status alone: how often it is drawn, and how often its session tells a state. */
export function Status({ stage }: { readonly stage: string }) {
  const { state, session, start } = useListener({ stage }, (all) => ({
    status: all?.status ?? 'idle',
    isMuted: all?.muted ?? false,
  }));
  // New at each call, and nested: drawn with each state, and no oftener.
  useListener({ stage }, (all) => ({ urls: (all?.ladder ?? []).map(({ url }) => ({ url })) }));
  const drawn = useRef(0);
  useEffect(() => {
    drawn.current++;
    globalThis.drawn = drawn.current;
  });
  useEffect(() => session?.on('state', () => globalThis.statesTold++), [session]);
  return createElement('button', { type: 'button', id: 'start', onClick: start }, state.status);
}
