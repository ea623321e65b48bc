'use client';

import 'earshot/element';
import type {} from 'earshot/react';
import { useState } from 'react';

export function TalkElement({ stage }: { readonly stage: string }) {
  const [hears, setHears] = useState(false);
  return (
    <section>
      <earshot-listener
        src={stage}
        heading="A talk"
        onstatechange={({ target }) =>
          setHears((target as HTMLElementTagNameMap['earshot-listener']).hearing)
        }
      />
      <p>{hears ? 'It is heard.' : 'Nothing is heard.'}</p>
    </section>
  );
}
