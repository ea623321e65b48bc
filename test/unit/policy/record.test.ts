import { expect } from 'chai';
import { EarshotError } from '../../../src/policy/errors.ts';
import { decode, encode, reencode } from '../../../src/policy/record.ts';
import { createHideUrl, hideInText, plainUrl } from '../../../src/policy/redact.ts';
import { SECRETS, TELLTALE } from '../../helpers/night.ts';

describe('what a record encodes', () => {
  const hide = createHideUrl();

  it('comes back: errors, numbers without end, names that look like its marks', () => {
    const error = new EarshotError('overload', 'HTTP 503.', {
      status: 503,
      url: 'https://a.example/',
    });
    const given = {
      error: Object.assign(error, { purpose: 'playlist', retryAt: 5, retryAfter: null }),
      turn: Infinity,
      none: null,
      list: [Number.NaN, -1.5, { until: 3 }],
      doors: { $error: { $$: 1 }, $number: 'Infinity' },
    };
    const back = decode(JSON.parse(JSON.stringify(encode(given, hide)))) as typeof given;
    expect({ ...back, error: 0 }).to.deep.equal({ ...given, error: 0 });
    expect(back.error).to.be.instanceOf(EarshotError);
    const { code, status, url, message } = back.error;
    expect({ code, status, url, message }).to.deep.equal({
      ...{ code: 'overload', status: 503, url: 'https://a.example/', message: 'HTTP 503.' },
    });
    expect(back.error).to.include({ purpose: 'playlist', retryAt: 5, retryAfter: null });
    expect(reencode(back)).to.deep.equal(encode(given, hide));
  });

  it('has no secret, wherever one stands', () => {
    const text = JSON.stringify(encode({ list: [TELLTALE], channel: TELLTALE.url }, hide));
    for (const secret of SECRETS) expect(text).not.to.contain(secret);
    expect(text).to.contain('https://a.example/x');
  });
});

describe('a hidden URL', () => {
  it('has no user name, query or fragment', () => {
    expect(plainUrl('https://user:word@a.example:8443/x/y.m3u8?sig=1#there')).to.equal(
      'https://a.example:8443/x/y.m3u8',
    );
    expect(plainUrl('wss://a.example/channel?key=1')).to.equal('wss://a.example/channel');
    expect(plainUrl('https://user:word@a b/x?sig=1')).to.equal('https://a b/x');
  });

  it('is another one for another URL, and the same for the same', () => {
    const hide = createHideUrl();
    const [one, other] = ['https://a.example/x?a', 'https://a.example/x?b'];
    expect(hide(one)).to.equal('https://a.example/x');
    expect(hide(other)).to.equal('https://a.example/x?2');
    for (let more = 0; more < 100; more++) hide(`https://a.example/${more}`);
    expect(hide(other)).to.equal('https://a.example/x?2');
    expect(hide(one)).to.equal('https://a.example/x');
  });

  it('does not keep each signed URL of a long night', () => {
    const hide = createHideUrl();
    let longest = '';
    for (let edition = 0; edition < 5_000; edition++) {
      const hidden = hide(`https://a.example/x?sig=${edition}`);
      if (hidden.length > longest.length) longest = hidden;
    }
    expect(longest.length).to.be.at.most('https://a.example/x?128'.length);
  });
});

it('a message keeps its sense, without quoted bodies, queries and credentials', () => {
  expect(
    hideInText('https://a.example/x?sig=1 HTTP 503, text/html, "<p>\\"a\\" body". Bearer abc.'),
  ).to.equal('https://a.example/x HTTP 503, text/html, "…". Bearer …');
  expect(hideInText('x'.repeat(9_000))).to.have.length(300);
  expect(hideInText('an open "quote without end')).to.equal('an open "…"');
});
