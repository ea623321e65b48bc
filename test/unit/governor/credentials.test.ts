import { expect } from 'chai';
import { noAnswer } from '../../helpers/fake-fetch.ts';
import { A, Governed } from '../../helpers/governed.ts';

for (const url of [
  'https://:p@a.example/x',
  'https://u@a.example/x',
  'https://u:p@a.example/x?a=@',
]) {
  it(`${url} is not asked for, and closes no origin`, async () => {
    // What a browser's fetch() does with it is what it does without a network.
    const page = new Governed({ script: () => noAnswer() });
    const outcome = page.ask(url, { tries: 1 });
    await page.host.advance(0);
    expect(page.requests).to.have.length(0);
    expect(outcome.error?.code).to.equal('http');
    expect(outcome.error?.message).to.include('user name or password');
    expect(page.governor.waitOf(`${A}/other`)).to.equal(null);
  });
}
