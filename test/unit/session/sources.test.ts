import { expect } from 'chai';
import { defaultSources, resolve } from '../../../src/session/options.ts';
import type { HlsClass } from '../../../src/sources/hls-options.ts';
import type { Source, SourceContext, SourceRun } from '../../../src/sources/source.ts';
import { FakeHost } from '../../helpers/fake-host.ts';
import { fakeSource } from '../../helpers/fake-source.ts';
import { Listening } from '../../helpers/listening.ts';

const given = fakeSource({ kinds: ['hls'] });

const idleRun: SourceRun = {
  programTime: () => null,
  ahead: () => 0,
  target: () => null,
  latency: () => null,
  frozen: () => false,
  seek() {},
  attach() {},
  close() {},
};

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

  it('are configured by kind, without a list', async () => {
    const config = { maxBufferLength: 7 };
    const told: object[] = [];
    const Hls = class {
      static readonly Events = {};
      static readonly DefaultConfig = { loader: class {} };
      constructor(given: object) {
        told.push(given);
        throw new Error('It is only looked at.');
      }
    } as unknown as HlsClass;
    const options = { stage: 'https://a.example/', host: new FakeHost(), hls: { Hls, config } };
    const [, own] = resolve(options).sources;
    const { signal } = new AbortController();
    const context = { description: { url: 'https://a.example/a.m3u8' }, signal, tell: () => {} };
    await Promise.resolve(own?.open(context as unknown as SourceContext)).catch(() => {});
    expect(told[0]).to.include(config);
    expect(kindsOf(resolved())).to.deep.equal(kindsOf(resolve(options).sources));
  });

  it('are exactly what a function makes of the default ones', () => {
    expect(kindsOf(resolved(([whep]) => [whep as Source, given]))).to.deep.equal(['whep', 'hls']);
  });
});

it('a source that fails at once is closed, and the next one is tried', async () => {
  let [opened, closed] = [0, 0];
  const failing: Source = {
    kinds: ['hls'],
    supports: () => true,
    open({ fail }) {
      opened++;
      fail(new Error('It fails at once.'));
      return { ...idleRun, close: () => closed++ };
    },
  };
  const listening = new Listening({ sources: [failing] });
  await listening.advance(60_000);
  listening.session.close();
  expect(opened).to.be.above(1);
  expect(closed).to.equal(opened);
});
