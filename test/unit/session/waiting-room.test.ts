// A chunk that is still on its way would take real time, while virtual time passes.
import '../../../src/session/door-runs.ts';
import { expect } from 'chai';
import { cloudflareWaitingRoom } from '../../../src/stage/waiting-room.ts';
import { AtTheDoor, CDN, FLOOR } from '../../helpers/at-the-door.ts';
import { type Asked, reply } from '../../helpers/fake-fetch.ts';

const ROOM = `${FLOOR}/room`;

/** What the room answers while one is queued. */
const queued = (fields: object = {}) =>
  reply(
    200,
    JSON.stringify({
      cfWaitingRoom: {
        inWaitingRoom: true,
        waitTimeKnown: true,
        waitTime: 10,
        waitTime25Percentile: 0,
        waitTime50Percentile: 0,
        waitTime75Percentile: 0,
        waitTimeFormatted: '10 minutes',
        queueIsFull: false,
        queueAll: false,
        lastUpdated: '2020-08-03T23:46:00.000Z',
        refreshIntervalSeconds: 20,
        ...fields,
      },
    }),
    { 'content-type': 'application/json' },
  );

const inTheRoom = async (fields?: object): Promise<AtTheDoor> => {
  const listener = new AtTheDoor({ admission: cloudflareWaitingRoom({ url: ROOM }) });
  listener.origins.faults.set(ROOM, () => queued(fields));
  await listener.reaches('hearing');
  await listener.advance(1_000);
  return listener;
};

const asked = ({ host }: AtTheDoor): Asked[] => host.requests.filter(({ url }) => url === ROOM);

describe('a waiting room of Cloudflare', () => {
  it('shows its estimate as the turn, while the next source is heard', async () => {
    const listener = await inTheRoom();
    const { queue, source } = listener.state;
    expect(source?.url).to.equal(`${CDN}/talk.m3u8`);
    expect((queue?.turn ?? 0) - listener.host.now()).to.be.within(590_000, 600_000);
    expect(queue?.uncertainty).to.be.above(0);
  });

  it('is asked for JSON with its cookie, no sooner than it says, and not in step', async () => {
    const listener = await inTheRoom();
    await listener.advance(600_000);
    const requests = asked(listener);
    expect(requests.length).to.be.within(15, 30);
    for (const { headers, credentials } of requests) {
      expect(headers.get('accept')).to.equal('application/json');
      expect(credentials).to.equal('include');
    }
    const gaps = requests.slice(1).map(({ at }, index) => at - (requests[index]?.at ?? 0));
    expect(Math.min(...gaps)).to.be.at.least(20_000);
    expect(Math.max(...gaps)).to.be.at.most(40_200);
    expect(Math.max(...gaps) - Math.min(...gaps)).to.be.above(5_000);
  });

  it('that lets the listener in is followed by the source, with the cookie', async () => {
    const listener = await inTheRoom();
    expect(listener.joins).to.have.length(0);
    listener.origins.faults.set(ROOM, () => reply(200, '<p>the page of the origin</p>'));
    await listener.advance(60_000);
    expect(listener.state.source?.url).to.equal(`${FLOOR}/talk.m3u8`);
    for (const { credentials } of listener.joins) expect(credentials).to.equal('include');
    const others = listener.host.requests.filter(({ origin }) => origin !== FLOOR);
    for (const { credentials } of others) expect(credentials).to.equal(undefined);
    expect(listener.state.queue).to.equal(null);
  });

  it('that cannot tell the time is waited for all the same', async () => {
    const listener = await inTheRoom({ waitTimeKnown: false, waitTime: 0 });
    expect(listener.state.queue?.turn).to.equal(Number.POSITIVE_INFINITY);
    expect(listener.state.queue?.uncertainty).to.equal(null);
    listener.origins.faults.set(ROOM, () => reply(200, '{}'));
    await listener.advance(60_000);
    expect(listener.state.source?.url).to.equal(`${FLOOR}/talk.m3u8`);
  });

  it('is asked again as the policy says when it is overloaded', async () => {
    const listener = await inTheRoom();
    const before = asked(listener).length;
    listener.origins.faults.set(ROOM, () => reply(503, '', { 'retry-after': '120' }));
    await listener.advance(600_000);
    expect(asked(listener).length - before).to.be.within(2, 5);
    expect(listener.state.hearing).to.equal(true);
  });

  it('that answers in place of the source takes the listener back', async () => {
    const listener = await inTheRoom();
    listener.origins.faults.set(ROOM, () => reply(200, '{}'));
    await listener.advance(60_000);
    listener.origins.faults.set(ROOM, () => queued());
    listener.answers(({ url }) =>
      url === ROOM ? undefined : reply(200, '<p>wait</p>', { 'content-type': 'text/html' }),
    );
    await listener.advance(90_000);
    expect(listener.state.source?.url).to.equal(`${CDN}/talk.m3u8`);
    expect(listener.state.queue?.door).to.equal('floor');
  });

  for (const refreshIntervalSeconds of [0, -5, 1e9, 'soon', null]) {
    it(`with an interval of ${refreshIntervalSeconds} is neither hurried nor silenced`, async () => {
      const listener = await inTheRoom({ refreshIntervalSeconds });
      await listener.advance(7_500_000);
      expect(asked(listener).length).to.be.within(2, 1_500);
    });
  }
});
