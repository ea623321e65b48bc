'use client';

import { EarshotListener } from 'earshot/react';
import { useState } from 'react';

export function TalkElement({ stage }: { readonly stage: string }) {
  const [hears, setHears] = useState(false);
  return (
    <section>
      <EarshotListener
        src={stage}
        heading="A talk"
        onState={(state) => setHears(state.hearing)}
        onError={({ currentTarget }) => console.error(currentTarget.error)}
      />
      <p>{hears ? 'Listening live.' : 'Not listening.'}</p>
    </section>
  );
}
