import { expect } from 'chai';
import { iceServersOf } from '../../../src/sources/whep-signalling.ts';

describe('the ICE servers of a WHEP answer', () => {
  it('come from Link headers with rel="ice-server"', () => {
    const link =
      '<stun:stun.example.net>; rel="ice-server", ' +
      '<turn:turn.example.net?transport=udp>; rel="ice-server"; username="user"; credential="p,w"; credential-type="password"';
    expect(iceServersOf(link)).to.deep.equal([
      { urls: 'stun:stun.example.net' },
      { urls: 'turn:turn.example.net?transport=udp', username: 'user', credential: 'p,w' },
    ]);
  });

  it('leave out a TURN server without credentials, which would spoil all the others', () => {
    const link =
      '<stun:stun.example.net>; rel="ice-server", <turn:a.example>; rel="ice-server", ' +
      '<turns:b.example>; rel="ice-server"; username="user", <turn:c.example>; rel="ice-server"; credential="p"';
    expect(iceServersOf(link)).to.deep.equal([{ urls: 'stun:stun.example.net' }]);
  });

  for (const hostile of [
    '',
    '<https://evil.example/>; rel="ice-server"',
    '<stun:a>; rel="preload"',
    '<stun:a>',
    '<<<<<<;;;;,,,rel="ice-server"',
    `<stun:${'a'.repeat(10_000)}`,
  ]) {
    it(`are none in ${hostile.slice(0, 40) || 'nothing'}`, () => {
      expect(iceServersOf(hostile)).to.deep.equal([]);
    });
  }
});
