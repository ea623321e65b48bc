'use client';

import { useListener } from 'earshot/react';

export function LiveTalk({ stage }: { readonly stage: string }) {
  const { state, session, start } = useListener({ stage });

  if (!state || state.status === 'closed' || state.status === 'ended')
    return (
      <button type="button" onClick={start}>
        Listen
      </button>
    );
  return (
    <section>
      <p>{state.hearing ? 'Listening live.' : `Status: ${state.status}`}</p>
      <button
        type="button"
        onClick={() => (state.status === 'hearing' ? session?.pause() : session?.resume())}
      >
        {state.status === 'hearing' ? 'Pause' : 'Resume'}
      </button>
    </section>
  );
}
