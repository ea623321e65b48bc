import { expect } from 'chai';
import { A, B, Listening } from '../../helpers/listening.ts';

const shown = (listening: Listening, origin: string): Set<string | null> =>
  new Set(
    listening.host.requests
      .filter((asked) => asked.origin === origin)
      .map(({ headers }) => headers.get('authorization')),
  );

describe('tokens by origin', () => {
  for (const [name, given] of [
    ['a text', 'for-a'],
    ['a function', () => 'for-a'],
    ['a promise', async () => 'for-a'],
  ] as const) {
    it(`given as ${name} go to the origin that is named, and to no other`, async () => {
      const listening = new Listening({ token: { [A]: given } });
      await listening.reaches('hearing');
      listening.origins.faults.set(A, () => 'never');
      await listening.host.clock.until(() => listening.asked(B) > 3, 120_000);
      expect([...shown(listening, A)]).to.deep.equal(['Bearer for-a']);
      expect([...shown(listening, B)]).to.deep.equal([null]);
    });
  }

  for (const name of [
    'https://a.example/',
    'https://a.example/path',
    'a.example',
    'https://u:p@a.example',
  ]) {
    it(`named ${name} are refused at once, since no origin is written so`, () => {
      expect(() => new Listening({ token: { [name]: 'x' } })).to.throw(/token must be/);
    });
  }
});
