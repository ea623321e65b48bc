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
