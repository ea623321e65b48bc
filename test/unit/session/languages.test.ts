import '../../../src/session/languages.ts';
import { expect } from 'chai';
import fc from 'fast-check';
import { parseRecord, replay } from '../../../scripts/replay/replaying.ts';
import { INITIAL } from '../../../src/policy/model.ts';
import type { SessionRecord } from '../../../src/session/api.ts';
import { arrangeSources } from '../../../src/session/languages.ts';
import { parseDocument } from '../../../src/stage/parse.ts';
import { runs } from '../../helpers/effort.ts';
import { reply } from '../../helpers/fake-fetch.ts';
import { FakeHost } from '../../helpers/fake-host.ts';
import { FakeOrigins } from '../../helpers/fake-origins.ts';
import { A, B, hearing, type Listening, STAGE } from '../../helpers/listening.ts';
import { recorded } from '../../helpers/night.ts';

const source = (name: string, more: object = {}, origin = A) => ({
  ...{ kind: 'hls', url: `${origin}/${name}.m3u8` },
  ...more,
});

const EN = { lang: 'en' };
const ES = { lang: 'es', role: 'interpretation' };
const FR = { lang: 'fr-CA', role: 'interpretation' };

/** A talk in English, interpreted into two languages, each on two CDNs. */
const SPOKEN = {
  version: 1,
  sources: [
    source('en', EN),
    source('es', ES),
    source('fr', FR),
    source('described', { lang: 'en', role: 'description' }),
    source('en', EN, B),
    source('es', ES, B),
  ],
};

const names = (
  wanted: string | readonly string[] | undefined,
  role?: string,
  sources: object[] = SPOKEN.sources,
) => {
  const host = Object.assign(new FakeHost(), { languages: ['de-CH', 'es-MX', 'en'] });
  const document = parseDocument({ version: 1, sources }, host.base);
  const arranged = arrangeSources(document, wanted, { host, role: role as 'main' }, INITIAL);
  return arranged.document.sources.map(({ url }) =>
    url.replace(/^https:\/\/(\w).*\/(\w+)\.m3u8$/, '$2-$1'),
  );
};

describe('the order of the sources for a listener', () => {
  it('is the wanted language, then the original, then others; a description comes last', () => {
    expect(names('es')).to.deep.equal(['es-a', 'es-b', 'en-a', 'en-b', 'fr-a', 'described-a']);
    expect(names('fr')).to.deep.equal(['fr-a', 'en-a', 'en-b', 'es-a', 'es-b', 'described-a']);
    expect(names(['fr', 'es']).slice(0, 4)).to.deep.equal(['fr-a', 'es-a', 'es-b', 'en-a']);
  });

  it('is the original if no source has a wanted language', () => {
    expect(names('ja').slice(0, 2)).to.deep.equal(['en-a', 'en-b']);
    expect(names([])).to.deep.equal(names('ja'));
    const plain = [source('one', ES), source('two')];
    expect(names('ja', undefined, plain)).to.deep.equal(['two-a', 'one-a']);
  });

  it('looks a tag up without its last parts, in upper or lower case (RFC 4647, section 3.4)', () => {
    for (const tag of ['es-MX', 'ES', 'es-Latn-MX']) expect(names(tag)[0], tag).to.equal('es-a');
    for (const tag of ['fr', 'fr-CA', 'FR-ca-x-y']) expect(names(tag)[0], tag).to.equal('fr-a');
    // No part of a subtag matches.
    for (const tag of ['e', 'ess', 'f', '']) expect(names(tag)[0], tag).to.equal('en-a');
  });

  it('is by default that of the browser', () => {
    expect(names(undefined)[0]).to.equal('es-a');
  });

  it('begins with a description if one is wanted', () => {
    expect(names('en', 'description').slice(0, 2)).to.deep.equal(['described-a', 'en-a']);
    expect(names('es', 'description').slice(0, 2)).to.deep.equal(['described-a', 'es-a']);
  });

  it('has each source once, and those of one language in the order of the document', () => {
    const tag = fc.constantFrom('en', 'es', 'fr', 'fr-CA', 'x', '-', '');
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 4 }), tag, (wanted, role) => {
        const all = names(wanted, role);
        expect([...all].sort()).to.deep.equal([...names([])].sort());
        expect(all.indexOf('es-a')).to.be.below(all.indexOf('es-b'));
        expect(all.indexOf('en-a')).to.be.below(all.indexOf('en-b'));
      }),
      { numRuns: runs(100) },
    );
  });
});

/** A session on the stage with languages, heard. */
const spoken = (lang: string, options = {}): Promise<Listening> => {
  const origins = new FakeOrigins();
  origins.document = SPOKEN;
  return hearing({ stage: `${STAGE}/stage.json`, origins, lang, ...options });
};

const played = ({ state }: Listening) => state.source?.url;

describe('a session on a stage with languages', () => {
  it('plays the wanted one, and says which there are', async () => {
    const listening = await spoken('es-AR');
    expect(listening.state.source).to.include({ lang: 'es', role: 'interpretation' });
    expect(listening.state.ladder.map(({ lang }) => lang)).to.include.members([
      'en',
      'es',
      'fr-CA',
    ]);
    expect(listening.asked(B)).to.equal(0);
  });

  it('changes to another one within seconds, at the word', async () => {
    const listening = await spoken('es');
    const at = listening.host.now();
    listening.session.lang = 'fr';
    await listening.host.clock.until(() => listening.switches.length > 0, 60_000);
    expect(listening.host.now() - at).to.be.below(10_000);
    expect(played(listening)).to.equal(`${A}/fr.m3u8`);
    const [change] = listening.switches;
    expect(change?.skippedMs).to.be.within(0, 40);
    expect(change?.repeatedMs).to.be.within(0, 40);
    expect(listening.isAudible).to.equal(true);
    // And back, though no minute has passed.
    listening.session.lang = 'es';
    await listening.advance(10_000);
    expect(played(listening)).to.equal(`${A}/es.m3u8`);
    expect(listening.session.lang).to.equal('es');
  });

  it('takes the last of two choices in a row', async () => {
    const listening = await spoken('es');
    for (let ms = 0; ms < 4_000; ms += 50) {
      listening.session.lang = 'fr';
      await listening.advance(ms);
      listening.session.lang = 'en';
      await listening.advance(12_000);
      expect(played(listening), `after ${ms} ms`).to.equal(`${A}/en.m3u8`);
      expect(listening.state.status, `after ${ms} ms`).to.equal('hearing');
      expect(listening.isAudible, `after ${ms} ms`).to.equal(true);
      listening.session.lang = 'es';
      await listening.advance(12_000);
      if (ms > 300) ms += 450;
    }
  });

  it('the same choice again, or one of the same language, changes nothing', async () => {
    const listening = await spoken('es');
    const asked = listening.asked();
    for (const lang of ['es', ['es-MX'], 'ES', ['es', 'fr']]) listening.session.lang = lang;
    await listening.advance(1_000);
    expect(listening.switches).to.deep.equal([]);
    expect(listening.asked() - asked).to.be.below(4);
  });

  it('falls to another source of the language, then to the original, and comes back', async () => {
    const listening = await spoken('es');
    const { faults } = listening.origins;
    // One URL only: an origin that does not answer would be spared for all its languages.
    faults.set(`${A}/es.m3u8`, () => reply(404));
    await listening.advance(60_000);
    expect(played(listening)).to.equal(`${B}/es.m3u8`);
    faults.set(`${B}/es.m3u8`, () => reply(404));
    await listening.host.clock.until(() => listening.state.source?.lang === 'en', 120_000);
    expect(listening.state.source).to.include({ lang: 'en' });
    await listening.advance(10_000);
    expect(listening.state.status).to.equal('hearing');
    faults.clear();
    expect(
      await listening.host.clock.until(() => listening.state.source?.lang === 'es', 900_000),
    ).to.equal(true);
  });

  it('while paused, goes on in the other language', async () => {
    const listening = await spoken('es');
    listening.session.pause();
    await listening.advance(1_000);
    listening.session.lang = 'fr';
    await listening.advance(1_000);
    listening.session.play();
    await listening.advance(3_000);
    expect(played(listening)).to.equal(`${A}/fr.m3u8`);
    expect(listening.state.status).to.equal('hearing');
  });

  it('keeps the choice when another edition of the document comes', async () => {
    const listening = await spoken('en');
    listening.session.lang = 'es';
    await listening.advance(10_000);
    listening.origins.document = { ...SPOKEN, sequence: 2, sources: SPOKEN.sources.slice(1) };
    await listening.advance(60_000);
    expect(played(listening)).to.equal(`${A}/es.m3u8`);
    expect(listening.switches).to.have.length(1);
  });

  it('a document without languages stays in its order, whatever is wanted', async () => {
    const listening = await hearing({ lang: 'es' });
    listening.session.lang = 'fr';
    await listening.advance(5_000);
    expect(listening.switches).to.deep.equal([]);
    expect(played(listening)).to.equal(`${A}/talk.m3u8`);
  });

  it('a record of changes of language replays', async () => {
    const origins = new FakeOrigins();
    origins.document = SPOKEN;
    const listening = await recorded({ origins, lang: 'es' });
    await listening.reaches('hearing');
    await listening.advance(5_000);
    listening.session.lang = 'fr';
    await listening.advance(20_000);
    const record = parseRecord(JSON.stringify(listening.session.record() as SessionRecord));
    expect([...replay(record)].flatMap(({ difference }) => difference ?? [])).to.deep.equal([]);
    expect(played(listening)).to.equal(`${A}/fr.m3u8`);
  });
});
