import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { undocumentedIn } from '../../scripts/undocumented.ts';

const REPORT = `
\`\`\`ts
// @public
export interface Documented {
    readonly url: string;
    close(): void;
}
// @public
export class Other extends Documented {
    constructor();
    // (undocumented)
    readonly code: string;
    get status(): number;
    // (undocumented)
    send(type: string, options?: {
        ttl?: number;
    }): void;
}
// @public (undocumented)
export const limit = 5;
\`\`\`
`;

describe('what an API report shows without a docblock', () => {
  it('names each member by its owner, and each export', () => {
    assert.deepEqual(undocumentedIn(REPORT), [
      'export class Other extends Documented: readonly code: string;',
      'export class Other extends Documented: send(type: string, options?: {',
      'export const limit = 5;',
    ]);
  });

  it('names nothing where all have one', () => {
    assert.deepEqual(
      undocumentedIn('// @public\nexport interface One {\n    two(): void;\n}\n'),
      [],
    );
  });
});
