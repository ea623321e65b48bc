import { expect } from 'chai';
import { addressOf, isPrivateAddress, networkOf } from '../../../src/stage-server/http/address.ts';

const PEER = '192.0.2.1';
const behind = (forwarded: string | null, proxies: number, peer = PEER) =>
  addressOf({ get: () => forwarded }, peer, proxies);

describe('the address of a listener', () => {
  it('is that of the connection, whatever the headers say, without a trusted proxy', () => {
    for (const forwarded of [null, '203.0.113.9', 'garbage', ', ,'])
      expect(behind(forwarded, 0)).to.equal(PEER);
  });

  it('is what the first trusted proxy has seen', () => {
    expect(behind('203.0.113.9', 1)).to.equal('203.0.113.9');
    expect(behind('1.1.1.1, 203.0.113.9', 1)).to.equal('203.0.113.9');
    expect(behind('1.1.1.1,203.0.113.9 , 10.0.0.2', 2)).to.equal('203.0.113.9');
    expect(behind('9.9.9.9, 1.1.1.1, 203.0.113.9, 10.0.0.3, 10.0.0.2', 3)).to.equal('203.0.113.9');
  });

  it('is that of the connection if fewer proxies have spoken', () => {
    expect(behind(null, 1)).to.equal(PEER);
    expect(behind('', 1)).to.equal(PEER);
    expect(behind('203.0.113.9', 2)).to.equal(PEER);
    expect(behind('203.0.113.9, ', 1)).to.equal(PEER);
  });

  it('is plain IPv4 where it was written as IPv6', () => {
    expect(behind(null, 0, '::ffff:192.0.2.7')).to.equal('192.0.2.7');
    expect(behind('::FFFF:192.0.2.7', 1)).to.equal('192.0.2.7');
  });

  it('is without the port, which some proxies write', () => {
    expect(behind('203.0.113.9:51234', 1)).to.equal('203.0.113.9');
    expect(behind('[2001:db8::1]:443', 1)).to.equal('2001:db8::1');
    expect(behind('[2001:db8::1]', 1)).to.equal('2001:db8::1');
    expect(behind('"[2001:db8::1]:443"', 1)).to.equal('2001:db8::1');
  });
});

describe('the network that an address is counted for', () => {
  it('is a /24 of IPv4', () => {
    expect(networkOf('203.0.113.9')).to.equal('203.0.113.0/24');
    expect(networkOf('203.0.113.254')).to.equal('203.0.113.0/24');
    expect(networkOf('203.0.114.9')).to.equal('203.0.114.0/24');
  });

  it('is a /48 of IPv6, however it is written', () => {
    const same = [
      '2001:db8:1::1',
      '2001:DB8:1:2:3:4:5:6',
      '2001:0db8:0001::',
      '2001:db8:1:ffff::%eth0',
    ];
    for (const address of same) expect(networkOf(address), address).to.equal('2001:db8:1::/48');
    expect(networkOf('2001:db8:2::1')).to.equal('2001:db8:2::/48');
    expect(networkOf('::1')).to.equal('0:0:0::/48');
    expect(networkOf('2001::1')).to.equal('2001:0:0::/48');
    expect(networkOf('2001:db8::')).to.equal('2001:db8:0::/48');
  });

  it('is one for all garbage, so that nobody gets rations by inventing some', () => {
    const garbage = [
      ...['', 'unknown', 'localhost', '1.2.3', '1.2.3.4.5', '1.2.3.999999', 'x:y', '<a>'],
      ...[
        '1.2.3.4 ',
        `${'1:'.repeat(5_000)}`,
        '__proto__',
        '1:2:3:4:5:6:7:8:9',
        '12345::',
        '1::2::3',
      ],
      ...['999.1.1.1', ':::', ':'],
    ];
    for (const address of garbage) expect(networkOf(address), address).to.equal('unknown');
  });
});

describe('a private address', () => {
  it('is loopback, link-local or of a private network', () => {
    const own = ['127.0.0.1', '10.1.2.3', '192.168.0.1', '172.16.0.1', '172.31.9.9', '169.254.0.1'];
    for (const address of [...own, '::1', 'fd00::1', 'fe80::1'])
      expect(isPrivateAddress(address), address).to.equal(true);
    const others = ['8.8.8.8', '172.32.0.1', '11.0.0.1', '2001:db8::1', 'unknown', '', '::'];
    for (const address of others) expect(isPrivateAddress(address), address).to.equal(false);
  });
});
