import { expect } from 'chai';
import { noAnswer, reply } from '../../helpers/fake-fetch.ts';
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
});
