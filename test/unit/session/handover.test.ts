import { expect } from 'chai';
import { handOver } from '../../../src/session/handover.ts';
import { createMediaElements } from '../../../src/session/media-elements.ts';
import type { RunningSource } from '../../../src/session/source-run.ts';
import { FakeHost } from '../../helpers/fake-host.ts';
import { watch } from '../../helpers/outcome.ts';

it('a handover to a run that is dropped leaves the element to the next run', async () => {
  const host = new FakeHost();
  const { signal } = new AbortController();
  const outputs = createMediaElements(host, undefined, signal, () => {});
  const dropped = new AbortController();
  const run = { programTime: () => host.now(), ahead: () => 0, seek() {} };
  const at = (media: HTMLMediaElement, { signal }: AbortController) =>
    ({ run, media, signal }) as unknown as RunningSource;
  const from = at(outputs.active, new AbortController());
  const to = at(outputs.standby, dropped);
  for (const media of host.media) media.append(100);
  const outcome = watch(handOver(host, from, to, outputs, null, () => {}));
  const isFading = () => outputs.standby.volume > 0 && outputs.standby.volume < 1;
  expect(await host.clock.until(isFading, 60_000)).to.equal(true);
  dropped.abort();
  // What is opened next is prepared in silence.
  outputs.apply();
  await host.advance(60_000);
  expect(outcome.error).to.be.instanceOf(Error);
  expect(outputs.standby.muted).to.equal(true);
  expect(outputs.active.volume).to.equal(1);
});

it('aligns a realtime source with sound at normal speed: at another one, words are lost at the change', async () => {
  const host = new FakeHost();
  const { signal } = new AbortController();
  const outputs = createMediaElements(host, undefined, signal, () => {});
  const rates: number[] = [];
  const hls = { programTime: () => host.now(), ahead: () => 10_000, seek() {} };
  const whep = {
    ...{ programTime: () => host.now() - 10_000, ahead: () => 10_000, liveness: () => 'steady' },
    seek: () => rates.push(outputs.active.playbackRate),
  };
  const at = (run: object, media: HTMLMediaElement) =>
    ({ run, media, signal }) as unknown as RunningSource;
  for (const media of host.media) media.append(100);
  await outputs.active.play();
  outputs.active.playbackRate = 1.1;
  const [from, to] = [at(hls, outputs.active), at(whep, outputs.standby)];
  const outcome = watch(handOver(host, from, to, outputs, null, () => {}));
  expect(await host.clock.until(() => outcome.settled, 60_000)).to.equal(true);
  expect(rates).to.not.be.empty;
  expect(new Set(rates)).to.deep.equal(new Set([1]));
});
