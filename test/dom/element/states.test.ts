import 'axe-core';
import type Axe from 'axe-core';
import { expect } from 'chai';
import { ELEMENT_STATES, type OnPage } from '../../helpers/element-states.ts';

declare global {
  var axe: typeof Axe;
}

/** What belongs to a whole page, which these tests do not have. */
const OF_A_PAGE = ['region', 'page-has-heading-one', 'landmark-one-main', 'html-has-lang'];
const RULES = Object.fromEntries(OF_A_PAGE.map((rule) => [rule, { enabled: false }]));

const violations = async ({ element }: OnPage): Promise<string[]> => {
  const found = await axe.run(element, { rules: RULES });
  expect(found.passes.length).to.be.above(5);
  const told = [...found.violations, ...found.incomplete];
  return told.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
};

describe('each state of the element', () => {
  let one: OnPage;
  afterEach(() => {
    document.documentElement.style.colorScheme = '';
    one.remove();
  });

  for (const [name, make] of Object.entries(ELEMENT_STATES)) {
    it(`${name}: says that it hears if it does, and only then`, async () => {
      one = await make({});
      const hears = one.element.hearing;
      expect(/^(Listening live|Playing)/.test(one.text('headline'))).to.equal(hears);
      expect(one.part('frame').dataset.tone === 'hearing').to.equal(hears);
      expect(one.element.matches(':state(hearing)')).to.equal(hears);
      expect(one.text('headline')).to.match(/^[A-Z]/);
      expect(one.text('detail')).to.match(/^[A-Z].*[.]$/);
    });

    for (const scheme of ['light', 'dark']) {
      it(`${name}: axe finds nothing against it, ${scheme}`, async () => {
        document.documentElement.style.colorScheme = scheme;
        one = await make({ attributes: { heading: 'A talk', artist: 'Ada Lovelace' } });
        expect(await violations(one)).to.deep.equal([]);
      });
    }
  }
});
