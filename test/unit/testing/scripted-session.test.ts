import { expect } from 'chai';
import { EarshotError } from '../../../src/policy/errors.ts';
import type { State, Status } from '../../../src/policy/state.ts';
import { until } from '../../../src/session/until.ts';
import { scriptedSession, stateOf } from '../../../src/testing/index.ts';
import { hearing } from '../../helpers/listening.ts';

const STATUSES: { readonly [Name in Status]: true } = {
  blocked: true,
  closed: true,
  connecting: true,
  ended: true,
  hearing: true,
  muted: true,
  opening: true,
  paused: true,
  queued: true,
  rejoining: true,
  scheduled: true,
  stalled: true,
  waiting: true,
};

describe('stateOf()', () => {
  it('has what a real state has, for each status', async () => {
    const listening = await hearing();
    const real = Object.keys(listening.state).filter((name) => name !== 'status');
    listening.session.close();
    for (const status of Object.keys(STATUSES) as Status[]) {
      const state = stateOf(status);
      expect(state.status).to.equal(status);
      expect(state).to.include.keys(real);
      expect(state.hearing).to.equal(status === 'hearing');
      expect(Object.isFrozen(state)).to.equal(true);
    }
  });

  it('takes what differs', () => {
    const error = new EarshotError('gone', 'It is gone.');
    expect(stateOf('closed', { error }).error).to.equal(error);
    expect(stateOf('hearing', { behindLive: 1 })).to.include({ behindLive: 1, ahead: 8_000 });
  });
});

describe('a scripted session', () => {
  it('shows what it is told, at once and to all', () => {
    const { session, show } = scriptedSession();
    const told: string[] = [];
    const stop = session.subscribe(({ status }) => told.push(`one ${status}`));
    session.on('state', ({ status }) => told.push(`two ${status}`));
    session.once('state', ({ status }) => told.push(`once ${status}`));
    show(stateOf('waiting'));
    stop();
    show(stateOf('hearing'));
    expect(told).to.deep.equal([
      ...['one connecting', 'one waiting', 'two waiting', 'once waiting', 'two hearing'],
    ]);
    expect(session.state.status).to.equal('hearing');
  });

  it('follows its page, and writes down what that does', async () => {
    const { session, calls } = scriptedSession(stateOf('hearing'));
    const seen: State[] = [];
    session.subscribe((state) => seen.push(state));
    session.pause();
    session.muted = true;
    session.volume = 3;
    session.resume();
    session.goLive();
    expect(await session.send('hand', { raised: true })).to.deep.equal({ outcome: 'acknowledged' });
    expect(session.state).to.include({ status: 'muted', muted: true, volume: 1 });
    session.close();
    expect(calls).to.deep.equal([
      ...['pause', 'muted=true', 'volume=1', 'play', 'goLive', 'send:hand', 'close'],
    ]);
    expect(seen.map(({ status }) => status)).to.deep.equal([
      ...['hearing', 'paused', 'paused', 'paused', 'muted', 'closed'],
    ]);
    expect((await session.ended).status).to.equal('closed');
  });

  it('keeps what was shown, and shows no state that a real one cannot have', () => {
    const { session } = scriptedSession(stateOf('hearing', { behindLive: 60_000 }));
    session.muted = true;
    expect(session.state).to.include({ status: 'muted', hearing: false, behindLive: 60_000 });
    session.muted = false;
    session.volume = 0;
    expect(session.state).to.include({ status: 'muted', hearing: false, muted: false });
    session.volume = 0.5;
    session.pause();
    expect(session.state).to.include({ status: 'paused', hearing: false, behindLive: 60_000 });
    session.play();
    expect(session.state).to.include({ status: 'hearing', hearing: true, behindLive: 60_000 });
    const waiting = scriptedSession(stateOf('waiting')).session;
    waiting.pause();
    expect(waiting.state).not.to.have.property('wait');
  });

  it('tells all, also where one throws, and ends all the same', async () => {
    const { session, show } = scriptedSession(stateOf('hearing'));
    const broken = new Error('broken');
    session.on('state', () => {
      throw broken;
    });
    const told: string[] = [];
    session.on('state', ({ status }) => told.push(status));
    expect(() => show(stateOf('ended'))).to.throw(broken.message);
    expect(told).to.deep.equal(['ended']);
    expect((await session.ended).status).to.equal('ended');
  });

  it('that begins at its end is over', async () => {
    const { session } = scriptedSession(stateOf('closed'));
    expect((await session.ended).status).to.equal('closed');
    expect(await session.send('hand')).to.deep.equal({ outcome: 'dropped', why: 'closed' });
  });

  it('is over once it has shown that', async () => {
    const { session, show, emit } = scriptedSession();
    let errors = 0;
    session.on('error', () => errors++);
    emit('error', new EarshotError('timeout', 'It took too long.'));
    show(stateOf('ended'));
    show(stateOf('hearing'));
    emit('error', new EarshotError('timeout', 'It took too long.'));
    expect(errors).to.equal(1);
    expect((await session.ended).status).to.equal('ended');
    expect((await until(session, 'ended')).status).to.equal('ended');
  });
});
