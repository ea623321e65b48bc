import { expect } from 'chai';
import { Driven, heardAt, stageOf } from '../../helpers/driven.ts';

const URLS = ['https://b.example/talk.m3u8', 'https://a.example/talk.m3u8'];

/** The listener chooses: the second source is now the best one. */
const choose = (driven: Driven, isChosen?: boolean) =>
  driven.send({
    type: 'document',
    document: stageOf({ sources: URLS.map((url) => ({ kind: 'hls', url })) }),
    isFixed: false,
    isChosen,
  });

describe('another order of the sources', () => {
  it('that the listener has chosen is followed at once, by a standby', () => {
    const driven = heardAt(0);
    choose(driven, true);
    expect(driven.model.active?.rung).to.equal(1);
    driven.tick();
    expect(driven.model.standby).to.include({ rung: 0, isClimbing: true });
    driven.prosper(1_000);
    expect(driven.model.active?.rung).to.equal(0);
    expect(driven.alive.size).to.equal(1);
  });

  it('of the document alone is followed with patience', () => {
    const driven = heardAt(0);
    choose(driven);
    driven.prosper(50_000);
    expect(driven.model.active?.rung).to.equal(1);
    driven.prosper(20_000);
    expect(driven.model.active?.rung).to.equal(0);
  });

  it('drops what was being prepared for the last choice, a handover too', () => {
    const driving = heardAt(0);
    choose(driving, true);
    driving.tick();
    driving.tick();
    expect(driving.model.standby?.isSwapping).to.equal(true);
    const { generation = 0 } = driving.model.standby ?? {};
    driving.send({ type: 'document', document: stageOf(), isFixed: false, isChosen: true });
    expect(driving.model.standby).to.equal(null);
    expect(driving.effects.at(-1)).to.deep.equal({ type: 'drop', generation });
    // It is late, and changes nothing.
    driving.send({ type: 'swapped', now: driving.now, generation });
    expect(driving.model.active?.rung).to.equal(0);
  });

  it('replaces a source that does not play', () => {
    const driven = new Driven();
    driven.document();
    driven.tick({ active: null });
    const before = driven.model.active?.generation;
    choose(driven, true);
    expect(driven.model.active).to.equal(null);
    driven.tick();
    expect(driven.model.active?.rung).to.equal(0);
    expect(driven.model.active?.generation).not.to.equal(before);
  });

  it('that fails is not tried again at once', () => {
    const driven = heardAt(0);
    choose(driven, true);
    driven.tick();
    driven.fail(driven.model.standby?.generation ?? 0);
    driven.prosper(60_000);
    expect(driven.model.active?.rung).to.equal(1);
  });
});
