import { expect } from 'chai';
import manifest from '../../package.json' with { type: 'json' };
import { VERSION } from '../../src/version.ts';

it('VERSION is the version of the package', () => {
  expect(VERSION).to.equal(manifest.version);
});
