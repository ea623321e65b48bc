import { expect } from 'chai';
import { isEarshotError } from '../../../src/policy/errors.ts';
import { listen } from '../../../src/session/listen.ts';
import { FakeHost, NOTHING_HELD } from '../../helpers/fake-host.ts';
import { TWO_CDNS } from '../../helpers/listening.ts';
import { thrown } from '../../helpers/outcome.ts';

/** Nothing is opened on it, should an option be taken that is none. */
const SCHEDULED = { ...TWO_CDNS, state: 'scheduled' };

const bad: Record<string, Record<string, unknown>> = {
  stage: {
    nothing: undefined,
    null: null,
    'an empty text': '',
    'no URL': 'http://',
    'a javascript: URL': 'javascript:alert(1)',
    'a data: URL': 'data:application/json,{}',
    'a file: URL': 'file:///etc/passwd',
    'a blob: URL': 'blob:https://page.example/1',
    'a URL with credentials': 'https://user:password@stage.example/',
    'a number': 7,
    'a function': () => 'https://stage.example/',
    'an array': [],
    'an object that is no document': {},
    'a document of version 2': { ...TWO_CDNS, version: 2 },
    'a document without sources': { ...TWO_CDNS, sources: [] },
    'a document of javascript: URLs': {
      ...TWO_CDNS,
      sources: [{ kind: 'hls', url: 'javascript:alert(1)' }],
    },
  },
  media: {
    null: null,
    'a text': 'audio',
    'an empty object': {},
    'another element': document.createElement('div'),
    'a list of elements': document.querySelectorAll('audio'),
  },
  retry: { null: null, 'a number': 5_000, 'an object': { first: 5_000 } },
  token: {
    null: null,
    'a text': 'secret',
    'an object by what is no origin': { 'https://a.example/': 'secret' },
  },
  signal: { null: null, 'an object': {}, 'a controller': new AbortController(), true: true },
  fall: {
    null: null,
    'no such way': 'skip',
    'a negative number': -1,
    'no number': Number.NaN,
    'a list': [1],
  },
  host: { null: null, 'an object': {}, 'a text': 'host' },
  sources: {
    null: null,
    'an empty list': [],
    'one that is no list': {},
    'a list of null': [null],
    'a list of objects': [{}],
    'a source without open()': [{ kinds: ['hls'], supports: () => true }],
    'a source without kinds': [{ supports: () => true, open: () => {} }],
  },
};

for (const [option, values] of Object.entries(bad)) {
  describe(`listen() with a bad ${option}`, () => {
    for (const [name, value] of Object.entries(values)) {
      it(`throws "bad-option" that names it: ${name}`, () => {
        const host = new FakeHost();
        const error = thrown(() => listen({ stage: SCHEDULED, host, [option]: value } as never));
        expect(isEarshotError(error), String(error)).to.equal(true);
        expect(error.code).to.equal('bad-option');
        expect(error.message).to.match(new RegExp(`\\b${option}\\b`));
        expect(host.held).to.deep.equal(NOTHING_HELD);
      });
    }
  });
}

for (const options of [undefined, null, 'https://stage.example/', 7]) {
  it(`listen(${JSON.stringify(options)}) throws "bad-option"`, () => {
    const error = thrown(() => listen(options as never));
    expect(isEarshotError(error), String(error)).to.equal(true);
    expect(error.code).to.equal('bad-option');
  });
}

it('an error is recognised whatever copy of the package it is from', () => {
  const foreign = Object.assign(new Error('It is foreign.'), {
    name: 'EarshotError',
    code: 'gone',
  });
  expect(isEarshotError(foreign)).to.equal(true);
  for (const other of [new Error('x'), new TypeError('x'), null, undefined, 7, 'gone', {}]) {
    expect(isEarshotError(other)).to.equal(false);
  }
});
