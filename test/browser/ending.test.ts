import { expect } from 'chai';
import { audience } from '../helpers/audience.ts';
import { until } from '../helpers/condition.ts';

it('ENDLIST: what was said is heard to its last word, and then the session has ended', async () => {
  const one = await audience();
  try {
    await one.stage.end();
    const over = await one.stage.now();
    await until('it has ended', () => one.state.status === 'ended');
    const { status, programTime } = await one.session.ended;
    expect(status).to.equal('ended');
    // The last whole segment ends up to 4 s before the stage did.
    expect(programTime).to.be.within(over - 5_000, over);
    await until('it is silent', () => !one.ear.hears());
  } finally {
    await one.close();
  }
});
