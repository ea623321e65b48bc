import { expect } from 'chai';
import { EarshotError } from '../../../src/policy/errors.ts';
import { until } from '../../../src/session/until.ts';
import { Listening, TWO_CDNS } from '../../helpers/listening.ts';

const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe('until()', () => {
  it('resolves with the first state that is wanted, by its status or by what it is asked', async () => {
    const listening = new Listening();
    const status = until(listening.session, 'hearing');
    const asked = until(listening.session, ({ ahead }) => ahead > 1_000);
    await listening.reaches('hearing');
    expect((await status).hearing).to.equal(true);
    expect((await asked).ahead).to.be.above(1_000);
    listening.session.close();
  });

  it('resolves at once where it is so already, also of a session that is over', async () => {
    const { session } = new Listening();
    expect((await until(session, 'connecting')).status).to.equal('connecting');
    session.close();
    expect((await until(session, 'closed')).status).to.equal('closed');
  });

  it('rejects once the session is over without it: with its error, or as stopped', async () => {
    const { session } = new Listening();
    const waiting = caught(until(session, 'hearing'));
    session.close();
    const error = (await waiting) as EarshotError;
    expect(error).to.be.instanceOf(EarshotError);
    expect(error.code).to.equal('stopped');
    expect(await caught(until(session, 'hearing'))).to.be.instanceOf(EarshotError);
  });

  it('rejects with the reason of its signal, also of one that has aborted, and listens no more', async () => {
    const { session } = new Listening();
    const reason = new Error('enough');
    const controller = new AbortController();
    const waiting = caught(until(session, 'ended', { signal: controller.signal }));
    controller.abort(reason);
    expect(await waiting).to.equal(reason);
    expect(await caught(until(session, 'ended', { signal: AbortSignal.abort(reason) }))).to.equal(
      reason,
    );
    session.close();
  });

  it('rejects with what is thrown by what it asks', async () => {
    const { session } = new Listening();
    const broken = new Error('broken');
    const asks = () => {
      throw broken;
    };
    expect(await caught(until(session, asks))).to.equal(broken);
    session.close();
  });
});

describe('the options of a start', () => {
  it('mute it, and set its volume, before anything is heard', () => {
    const { session, host } = new Listening({ muted: true, volume: 0.4 });
    expect(session.state.muted).to.equal(true);
    expect(session.state.volume).to.equal(0.4);
    expect(host.media.some(({ muted }) => !muted)).to.equal(false);
    session.close();
    const loud = new Listening({ volume: 7 });
    expect(loud.session.volume).to.equal(1);
    expect(loud.session.muted).to.equal(false);
    loud.session.close();
  });

  it('are left as they are where they are null', () => {
    const none = null as unknown as undefined;
    const { session } = new Listening({ muted: none, volume: none });
    expect([session.muted, session.volume]).to.deep.equal([false, 1]);
    session.close();
  });
});

describe('a session', () => {
  it('tells once() one event, and none once that is taken back', () => {
    const { session } = new Listening({ stage: TWO_CDNS });
    const told: string[] = [];
    session.once('state', ({ muted }) => told.push(`first ${muted}`));
    session.once('state', () => told.push('never'))();
    session.muted = true;
    session.muted = false;
    expect(told).to.deep.equal(['first true']);
    session.close();
  });

  it('goes on by play() as by resume()', async () => {
    const listening = new Listening();
    await listening.reaches('hearing');
    listening.session.pause();
    expect(listening.state.status).to.equal('paused');
    listening.session.play();
    await listening.reaches('hearing');
    listening.session.close();
  });
});
