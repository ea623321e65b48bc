import { expect } from 'chai';
import { defaultSources, resolve } from '../../../src/session/options.ts';
import type { Source } from '../../../src/sources/source.ts';
import { FakeHost } from '../../helpers/fake-host.ts';
import { fakeSource } from '../../helpers/fake-source.ts';

const given = fakeSource({ kinds: ['hls'] });

const kindsOf = (sources: readonly Source[]) => sources.map(({ kinds }) => kinds.join());

const resolved = (sources?: Parameters<typeof resolve>[0]['sources']): readonly Source[] =>
  resolve({ stage: 'https://a.example/', host: new FakeHost(), ...(sources && { sources }) })
    .sources;

describe('the sources of a session', () => {
  it('are those of the package by default', () => {
    expect(kindsOf(resolved())).to.deep.equal(['whep', 'hls,recording', 'hls,recording', 'stream']);
  });

  it('are the given ones, and the default ones for what these cannot play', () => {
    const sources = resolved([given]);
    expect(sources[0]).to.equal(given);
    expect(kindsOf(sources.slice(1))).to.deep.equal(kindsOf(defaultSources()));
  });

  it('are exactly what a function makes of the default ones', () => {
    expect(kindsOf(resolved(([whep]) => [whep as Source, given]))).to.deep.equal(['whep', 'hls']);
  });
});
