import { expect } from 'chai';
import { browserHost } from '../../../src/host/browser.ts';

describe('the page', () => {
  it('that a browser froze is shown again, and then visible or hidden, as it is', () => {
    const told: string[] = [];
    const stop = browserHost.onPage((event) => told.push(event));
    document.dispatchEvent(new Event('resume'));
    stop();
    document.dispatchEvent(new Event('resume'));
    expect(told).to.deep.equal(['pageshow', 'visible']);
  });
});
