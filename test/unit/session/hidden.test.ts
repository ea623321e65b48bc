import { expect } from 'chai';
import { noAnswer, reply } from '../../helpers/fake-fetch.ts';
import { FakeHost } from '../../helpers/fake-host.ts';
import type { Fault } from '../../helpers/fake-origins.ts';
import { FakeOrigins } from '../../helpers/fake-origins.ts';
import { A, B, hearing, STAGE, TWO_CDNS } from '../../helpers/listening.ts';

const MINUTE = 60_000;

const FAULTS: Record<string, Fault> = {
  hang: () => 'never',
  'give no answer': () => noAnswer(),
  'answer 503': () => reply(503),
};

describe('a hidden tab', () => {
  for (const [name, fault] of Object.entries(FAULTS)) {
    it(`whose CDNs ${name} for 20 minutes is heard again within the longest wait`, async () => {
      const listening = await hearing();
      const { host, origins } = listening;
      host.hide();
      for (const origin of [A, B]) origins.faults.set(origin, fault);
      await listening.advance(20 * MINUTE);
      expect(listening.state.hearing).to.equal(false);
      origins.faults.clear();
      // The longest wait while nothing is heard, and a minute for each timer on the way.
      await listening.reaches('hearing', 8 * MINUTE);
    });
  }

  it('looks at the stage document again after a source is lost', async () => {
    const origins = new FakeOrigins();
    origins.document = { ...TWO_CDNS, refresh: 10 };
    const listening = await hearing({ stage: `${STAGE}/stage.json`, origins });
    listening.host.hide();
    for (const origin of [A, B]) origins.faults.set(origin, () => noAnswer());
    await listening.advance(10 * MINUTE);
    const before = listening.asked(STAGE);
    await listening.advance(20 * MINUTE);
    expect(listening.asked(STAGE) - before).to.be.at.least(5);
  });

  it('that is paused on the lock screen stays paused when it is opened again', async () => {
    const listening = await hearing();
    listening.host.hide();
    await listening.advance(MINUTE);
    for (const media of listening.host.media) media.pause();
    await listening.advance(MINUTE);
    expect(listening.state.status).to.equal('paused');
    listening.host.show();
    listening.host.emit('pageshow');
    await listening.advance(MINUTE);
    expect(listening.state.status).to.equal('paused');
    expect(listening.isAudible).to.equal(false);
  });

  it('that the browser stops as it is left goes on when it is opened again', async () => {
    const listening = await hearing();
    listening.host.hide();
    for (const media of listening.host.media) media.pause();
    await listening.advance(MINUTE);
    expect(listening.isAudible, 'against the will of the browser').to.equal(false);
    listening.host.show();
    await listening.advance(5_000);
    expect(listening.state.status).to.equal('hearing');
  });

  it('that was frozen, and whose sound the browser paused, is heard again as soon as it goes on', async () => {
    const listening = await hearing();
    const { host } = listening;
    host.hide();
    await listening.advance(MINUTE);
    host.freeze();
    await listening.advance(MINUTE);
    host.thaw();
    await listening.advance(10_000);
    expect(listening.state.status).to.equal('hearing');
    expect(listening.isAudible).to.equal(true);
  });

  it('that is opened in the background knows it', async () => {
    const host = new FakeHost({ script: new FakeOrigins().script });
    host.hide();
    const listening = await hearing({ host });
    for (const media of host.media) media.pause();
    await listening.advance(MINUTE);
    expect(listening.state.status).to.equal('paused');
  });
});
