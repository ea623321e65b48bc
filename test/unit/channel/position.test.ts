import { expect } from 'chai';
import fc from 'fast-check';
import { createPosition, type LostMessages } from '../../../src/channel/position.ts';
import { cues } from '../../../src/cues/cues.ts';
import { runs } from '../../helpers/effort.ts';
import type { FakeSocket } from '../../helpers/fake-socket.ts';
import { NumberingStage } from '../../helpers/numbering-stage.ts';
import {
  CHANNEL,
  kind,
  Talking,
  type TalkingOptions,
  WITH_CHANNEL,
} from '../../helpers/talking.ts';

/** A listener of a stage that numbers its messages. */
const listening = async (options: TalkingOptions = {}) => {
  const stage = new NumberingStage();
  const talking = new Talking({ server: stage.server, ...options });
  const heard: unknown[] = [];
  const lost: (number | null)[] = [];
  talking.session.on('message', ({ payload }) => heard.push(payload));
  talking.session.on('unrecoverable', ({ missed }) => lost.push(missed));
  await talking.reaches('open');
  const back = async () => {
    await talking.dialsAgain();
    await talking.reaches('open');
  };
  return { stage, talking, heard, lost, back };
};

/** What comes over one connection that welcomes at epoch `a`, offset 10. */
const told = async (frames: Record<string, unknown>[]) => {
  const { talking, heard, lost } = await listening({
    server: (socket) => socket.welcome({ epoch: 'a', offset: 10 }),
  });
  for (const frame of frames) talking.socket.say({ op: 'message', type: 'x', ...frame });
  return { talking, heard, lost };
};

describe('messages over a lost connection', () => {
  it('come once each and in order, those of the gap too, and nothing is said to be lost', async () => {
    const { stage, talking, heard, lost, back } = await listening();
    stage.tell(1);
    stage.tell(2);
    stage.cut();
    stage.tell(3);
    stage.tell(4);
    await back();
    stage.tell(5);
    expect(heard).to.deep.equal([1, 2, 3, 4, 5]);
    expect(lost).to.deep.equal([]);
    expect(stage.hellos).to.deep.equal([{ op: 'hello' }, { op: 'hello', epoch: 'e1', offset: 2 }]);
    expect(talking.state.status).to.equal('open');
  });

  it('go on where a connection broke that was bringing the missed ones', async () => {
    const { talking, heard, lost } = await listening({
      server: (socket) => {
        socket.onSent = ({ op, offset = 0 }) => {
          if (op !== 'hello') return;
          socket.say({ op: 'welcome', epoch: 'a', offset });
          if (offset === 0) return;
          for (const next of [1, 2, 3].map((n) => n + Number(offset)))
            socket.say({ op: 'message', type: 'x', payload: next, offset: next });
          if (offset === 1) socket.drop();
        };
        socket.accept();
      },
    });
    talking.socket.say({ op: 'message', type: 'x', payload: 1, offset: 1 });
    talking.socket.drop();
    await talking.dialsAgain();
    await talking.dialsAgain();
    await talking.reaches('open');
    expect(talking.sockets).to.have.length(3);
    expect(heard).to.deep.equal([1, 2, 3, 4, 5, 6, 7]);
    expect(lost).to.deep.equal([]);
  });

  it('are said to be lost, once and how many, where the stage has them no more', async () => {
    const { stage, heard, lost, back } = await listening();
    stage.tell(1);
    stage.cut();
    stage.most = 3;
    for (let n = 2; n <= 9; n++) stage.tell(n);
    await back();
    expect(lost).to.deep.equal([8]);
    stage.tell(10);
    stage.cut();
    await back();
    stage.tell(11);
    expect(heard).to.deep.equal([1, 10, 11]);
    expect(lost).to.deep.equal([8]);
  });

  it('are lost in an unknown number where the stage began anew', async () => {
    const { stage, heard, lost, back } = await listening();
    for (let n = 1; n <= 5; n++) stage.tell(n);
    stage.restart('e2');
    await back();
    expect(lost).to.deep.equal([null]);
    stage.tell(6);
    expect(heard).to.deep.equal([1, 2, 3, 4, 5, 6]);
    stage.cut();
    await back();
    expect(stage.hellos.at(-1)).to.deep.equal({ op: 'hello', epoch: 'e2', offset: 1 });
    expect(lost).to.deep.equal([null]);
  });

  it('are lost where another server answers that has no positions, and then nothing is promised', async () => {
    let server = (socket: FakeSocket) => socket.welcome({ epoch: 'a', offset: 4 });
    const { talking, heard, lost, back } = await listening({ server: (socket) => server(socket) });
    server = kind;
    talking.socket.drop();
    await back();
    expect(lost).to.deep.equal([null]);
    talking.socket.drop();
    await back();
    expect(talking.socket.sent).to.deep.equal([{ op: 'hello' }]);
    for (let times = 0; times < 2; times++)
      talking.socket.say({ op: 'message', type: 'x', payload: 1, offset: 1 });
    expect(heard).to.deep.equal([1, 1]);
    expect(lost).to.deep.equal([null]);
  });

  it('are lost where the server went back within its epoch, and the next ones are heard', async () => {
    let offset = 1_000;
    const { talking, heard, lost, back } = await listening({
      server: (socket) => socket.welcome({ epoch: 'a', offset, unrecoverable: true }),
    });
    offset = 995;
    talking.socket.drop();
    await back();
    talking.socket.say({ op: 'message', type: 'x', payload: 'new', offset: 996 });
    expect(heard).to.deep.equal(['new']);
    expect(lost).to.deep.equal([null]);
  });

  it('are not lost where nothing came after the position, whatever the server calls it', async () => {
    const { talking, lost, back } = await listening({
      server: (socket) => socket.welcome({ epoch: 'a', offset: 7, unrecoverable: true }),
    });
    talking.socket.drop();
    await back();
    expect(lost).to.deep.equal([]);
  });

  it('keep their position when the stage moves to another channel', async () => {
    const { stage, talking, heard, lost, back } = await listening();
    stage.tell(1);
    talking.socket.say({
      ...{ op: 'document', document: { ...WITH_CHANNEL, sequence: 9, channel: `${CHANNEL}?2` } },
    });
    stage.tell(2);
    await back();
    expect(heard).to.deep.equal([1, 2]);
    expect(lost).to.deep.equal([]);
  });

  it('begin anew with a reload: the page that comes has heard nothing yet', async () => {
    const { stage, talking } = await listening();
    stage.tell(1);
    talking.session.close();
    const host = talking.host.openTab();
    new Talking({ host, origins: talking.origins });
    await host.advance(1_000);
    expect(stage.hellos).to.deep.equal([{ op: 'hello' }, { op: 'hello' }]);
  });

  it('a page that closes the session when it is told of a loss leaves nothing behind', async () => {
    const { stage, talking, back } = await listening();
    stage.tell(1);
    talking.session.on('unrecoverable', () => talking.session.close());
    stage.restart('e2');
    await back().catch(() => {});
    await talking.advance(0);
    expect(talking.session.state.status).to.equal('closed');
    expect(talking.host.held).to.include({ sockets: 0, timers: 0 });
  });
});

describe('a message whose offset', () => {
  it('came before is not told again', async () => {
    const { heard } = await told([
      { offset: 10, payload: 'old' },
      { offset: 11, payload: 'a' },
      { offset: 11, payload: 'a' },
      { offset: 12, payload: 'b' },
      { offset: 11, payload: 'a' },
      { payload: 'without' },
      { payload: 'without' },
    ]);
    expect(heard).to.deep.equal(['a', 'b', 'without', 'without']);
  });

  for (const offset of [-1, 2 ** 53, 0.5, '11', null, {}, [11], true]) {
    it(`is ${JSON.stringify(offset)} is told, and moves nothing`, async () => {
      const { heard, talking } = await told([
        { offset, payload: 'odd' },
        { offset: 11, payload: 'a' },
      ]);
      expect(heard).to.deep.equal(['odd', 'a']);
      talking.socket.drop();
      await talking.dialsAgain();
      await talking.reaches('open');
      expect(talking.socket.sent[0]).to.deep.equal({ op: 'hello', epoch: 'a', offset: 11 });
    });
  }

  for (const far of [1e15, Number.MAX_SAFE_INTEGER]) {
    it(`jumps to ${far} does not silence the ones after it`, async () => {
      const { heard, lost } = await told([
        { offset: 11, payload: 'a' },
        { offset: far, payload: 'far' },
        { offset: 12, payload: 'b' },
        { offset: 12, payload: 'b' },
        { offset: 13, payload: 'c' },
      ]);
      expect(heard).to.deep.equal(['a', 'far', 'b', 'c']);
      expect(lost).to.deep.equal([]);
    });
  }

  it('is of a cue counts too', async () => {
    const { talking } = await listening({
      cues: cues(),
      server: (socket) => socket.welcome({ epoch: 'a', offset: 10 }),
    });
    const fired: string[] = [];
    talking.session.on('cue', ({ type }) => fired.push(type));
    const at = new Date(talking.host.now() + 20_000).toISOString();
    talking.socket.say({ op: 'cue', id: 'c', at, type: 'second', offset: 12 });
    talking.socket.say({ op: 'cue', id: 'c', at, type: 'first', offset: 11 });
    talking.socket.drop();
    await talking.advance(60_000);
    expect(fired).to.deep.equal(['second']);
    expect(talking.socket.sent[0]).to.deep.equal({ op: 'hello', epoch: 'a', offset: 12 });
  });
});

describe('a position', () => {
  const offset = fc.oneof(fc.nat(3_000), fc.maxSafeNat());
  const event = fc.oneof(
    fc.record({ offset: fc.option(offset) }),
    fc.record({
      next: fc.option(fc.record({ epoch: fc.constantFrom('a', 'b'), offset })),
      isUnrecoverable: fc.boolean(),
    }),
  );

  it('is what came last, silences no more than the server keeps, and counts a loss from it', () =>
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const lost: LostMessages[] = [];
        const position = createPosition((one) => lost.push(one));
        for (const one of events) {
          const before = position.last;
          if ('next' in one) {
            position.resume(one.next, one.isUnrecoverable);
            const [loss] = lost.splice(0);
            expect(lost).to.deep.equal([]);
            const isSame = before && before.epoch === one.next?.epoch;
            const gap = isSame ? (one.next?.offset ?? 0) - before.offset : 0;
            if (!before) expect(loss).to.equal(undefined);
            else if (isSame && gap >= 0) expect(loss?.missed).to.equal(gap || undefined);
            else if (loss) expect(loss.missed).to.equal(null);
            if (loss || !before) expect(position.last).to.deep.equal(one.next);
            else expect(position.last).to.deep.equal(before);
          } else if (position.accept(one.offset)) {
            expect(position.last?.offset).to.equal(
              before ? (one.offset ?? before.offset) : undefined,
            );
          } else {
            const behind = (before?.offset ?? 0) - (one.offset ?? 0);
            expect(behind).to.be.within(0, 999);
            expect(position.last).to.equal(before);
          }
        }
      }),
      { numRuns: runs(500) },
    ));
});
