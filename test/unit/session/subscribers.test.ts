import { expect } from 'chai';
import { NOTHING_HELD } from '../../helpers/fake-host.ts';
import { hearing, Listening } from '../../helpers/listening.ts';

const broken = () => {
  throw new Error('The subscriber is broken.');
};

describe('a subscriber', () => {
  it('is told at once, and then of every change', () => {
    const { session } = new Listening();
    const told: string[] = [];
    session.subscribe((state) => told.push(`${state.status} ${state.muted}`));
    session.muted = true;
    session.close();
    expect(told).to.deep.equal(['connecting false', 'connecting true', 'closed true']);
  });

  it('is told no more once it stopped, and may stop twice', () => {
    const { session } = new Listening();
    const told: unknown[] = [];
    const stop = session.subscribe((state) => told.push(state));
    stop();
    stop();
    session.muted = true;
    expect(told).to.have.length(1);
  });

  it('that throws harms nobody, and its error reaches the page', async () => {
    const listening = new Listening();
    const told: string[] = [];
    listening.session.subscribe(broken);
    listening.session.on('error', broken);
    listening.session.on('switch', broken);
    listening.session.subscribe(({ status }) => told.push(status));
    await listening.reaches('hearing');
    expect(told).to.include('hearing');
    expect(listening.host.clock.uncaught.length).to.be.above(0);
    listening.session.close();
    await listening.advance(0);
    expect((await listening.session.ended).status).to.equal('closed');
    expect(listening.host.held).to.deep.equal(NOTHING_HELD);
  });

  it('is told once a second at the most while nothing but time passes', async () => {
    const listening = await hearing();
    let told = 0;
    listening.session.on('state', () => told++);
    await listening.advance(30_000);
    // The program time, the buffer and the distance from live each change once a second.
    expect(told).to.be.within(10, 3 * 30);
  });

  it('that subscribes and unsubscribes while it is told breaks nothing', async () => {
    const { session, host } = new Listening();
    const stops: (() => void)[] = [];
    session.subscribe(() => {
      for (const stop of stops.splice(0)) stop();
      stops.push(session.on('state', () => {}));
    });
    await host.advance(10_000);
    expect(session.state.status).to.equal('hearing');
  });
});
