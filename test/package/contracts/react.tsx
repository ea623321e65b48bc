// What a user's code may rely on, and what must not compile. Nothing here runs.
import type { Session, State } from 'earshot';
import type { EarshotListener } from 'earshot/element';
import {
  type EarshotListenerAttributes,
  EarshotListener as EarshotListenerComponent,
  type EarshotListenerElement,
  type EarshotListenerHandler,
  type EarshotListenerProps,
  type Listener,
  useListener,
} from 'earshot/react';

/** A component, so far as it matters here. */
export function Talk(): null {
  const listener: Listener = useListener({ stage: '/stage.json' });
  const { start, close } = listener;
  const session: Session = start();
  const state: State | null = listener.state;
  close();
  const status: string = useListener(
    { stage: '/stage.json' },
    (all) => all?.status ?? 'idle',
  ).state;
  // @ts-expect-error the selected state is no state
  useListener({ stage: '/stage.json' }, () => 1).state.status;
  void [session, state, status];
  // @ts-expect-error a stage is needed
  useListener({});
  // @ts-expect-error null before start()
  listener.state.status;
  // @ts-expect-error null before start()
  listener.session.close();
  // @ts-expect-error not the caller's to set
  listener.state = null;
  return null;
}

/** The element in JSX. */
export function Page() {
  const props: EarshotListenerAttributes = { heading: 'A talk' };
  return (
    <>
      <earshot-listener
        src="/stage.json"
        className="talk"
        muted
        volume={0.5}
        options={{ catchUp: 'skip' }}
        words={{ listen: 'Zuhören' }}
        ref={(element: EarshotListener | null) => void element?.state}
        onstatechange={(event) => void event.type}
        {...props}
      >
        <video slot="media">
          <track kind="captions" />
        </video>
      </earshot-listener>
      <earshot-listener nocontrols />
      <earshot-listener
        src={undefined}
        volume={undefined}
        onplay={undefined}
        nocontrols={undefined}
      />
      {/* @ts-expect-error a URL */}
      <earshot-listener src={5} />
      {/* @ts-expect-error no such attribute */}
      <earshot-listener source="/stage.json" />
      {/* @ts-expect-error no such way to climb */}
      <earshot-listener options={{ catchUp: 'jump' }} />
    </>
  );
}

/** The element as a component. */
export function Component() {
  const props: EarshotListenerProps = { heading: 'A talk', lang: 'en', onClick: () => {} };
  const handle: EarshotListenerHandler = ({ type, currentTarget }) =>
    void [type, currentTarget.volume];
  return (
    <>
      <EarshotListenerComponent
        src="/stage.json"
        className="talk"
        autoplay
        muted
        nocontrols
        volume={0.5}
        options={{ catchUp: 'skip' }}
        words={{ listen: 'Zuhören' }}
        ref={(element: EarshotListenerElement | null) => void element?.state}
        onState={(state: State) => void state.hearing}
        onPlay={handle}
        onError={({ currentTarget }) => void currentTarget.error?.code}
        {...props}
      >
        <video slot="media">
          <track kind="captions" />
        </video>
      </EarshotListenerComponent>
      <EarshotListenerComponent onState={undefined} src={undefined} />
      {/* @ts-expect-error a URL */}
      <EarshotListenerComponent src={5} />
      {/* @ts-expect-error no such property */}
      <EarshotListenerComponent source="/stage.json" />
      {/* @ts-expect-error no such event */}
      <EarshotListenerComponent onHearing={handle} />
      {/* @ts-expect-error a state, not an event */}
      <EarshotListenerComponent onState={(event: Event) => void event} />
    </>
  );
}
