import { expect } from 'chai';
import '../../../src/element/details.ts';
import '../../../src/session/recorder.ts';
import { EarshotListener } from '../../../src/element/index.ts';
import { de } from '../../../src/locales/de.ts';
import { until } from '../../helpers/condition.ts';
import { ELEMENT_STATES, OnPage } from '../../helpers/element-states.ts';
import { reply } from '../../helpers/fake-fetch.ts';
import { STAGE } from '../../helpers/listening.ts';

const copied: string[] = [];

/** Gives the browser another clipboard until the test is over; `null`: as on an insecure page. */
const pretend = (write: ((text: string) => Promise<void>) | null): void => {
  const clipboard = write ? { writeText: write } : undefined;
  Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true });
};

const works = async (text: string) => void copied.push(text);

describe('"copy details"', () => {
  let one: OnPage;
  const button = () =>
    one.element.shadowRoot?.querySelector<HTMLButtonElement>('[part="copy-details"]') ?? null;
  const isShown = () => button()?.hidden === false;
  const failed = async () => {
    one = (await ELEMENT_STATES.failed?.({})) as OnPage;
    await until('the button is there', isShown);
  };

  beforeEach(() => {
    copied.length = 0;
    pretend(works);
  });
  afterEach(() => {
    Reflect.deleteProperty(navigator, 'clipboard');
    EarshotListener.locales = [];
    one.remove();
  });

  it('is offered only once an error has ended playback', async () => {
    one = await new OnPage().hears();
    expect(button()).to.equal(null);
    one.remove();
    await failed();
    expect(button()?.textContent).to.equal('Copy details');
  });

  it('copies the error and the record, and says so', async () => {
    await failed();
    button()?.click();
    await until('it is copied', () => button()?.textContent === 'Details copied');
    expect(one.told).to.equal('Details copied');
    const [text = ''] = copied;
    const report = JSON.parse(text);
    expect(report).to.include({ version: 1, browser: navigator.userAgent });
    expect(report.error.$error).to.include({ code: 'stopped', url: `${STAGE}/stage.json` });
    expect(report.entries.length).to.be.above(2);
    expect(report.model.phase).to.equal('closed');
  });

  it('has no query and no credentials in it', async () => {
    const src = `${STAGE}/stage.json?key=s3cret-query`;
    one = new OnPage({
      attributes: { src },
      retry: () => null,
      token: async () => 's3cret-bearer',
    });
    one.origins.faults.set(STAGE, () => reply(403, 's3cret-body'));
    one.press();
    await one.reaches('closed');
    await until('the button is there', isShown);
    button()?.click();
    await until('it is copied', () => copied.length > 0);
    expect(copied[0]).not.to.match(/s3cret|key=/);
    expect(copied[0]).to.contain(`${STAGE}/stage.json`);
  });

  it('is worked by keyboard, in the language of the page', async () => {
    EarshotListener.locales = [de];
    one = (await ELEMENT_STATES.failed?.({ attributes: { lang: 'de' } })) as OnPage;
    await until('the button is there', isShown);
    expect(button()?.textContent).to.equal('Details kopieren');
    button()?.focus();
    expect(one.element.shadowRoot?.activeElement).to.equal(button());
    // The browser makes a click of Enter and Space on a button; the element must not need more.
    expect(button()?.type).to.equal('button');
    expect(button()?.tabIndex).to.equal(0);
  });

  it('shows the text, selected, where the page may not write to the clipboard', async () => {
    for (const refuses of [null, () => Promise.reject(new DOMException('', 'NotAllowedError'))]) {
      pretend(refuses);
      await failed();
      const text = one.part<HTMLTextAreaElement>('details');
      expect(text.hidden).to.equal(true);
      button()?.click();
      await until('the text is shown', () => !text.hidden);
      expect(JSON.parse(text.value).error.$error.code).to.equal('stopped');
      expect([text.selectionStart, text.selectionEnd]).to.deep.equal([0, text.value.length]);
      expect(text.ariaLabel).to.equal('Copy details');
      expect(one.told).not.to.equal('Details copied');
      one.remove();
    }
  });

  it('also helps where nothing could start, and goes with the next session', async () => {
    one = (await ELEMENT_STATES.refused?.({})) as OnPage;
    await until('the button is there', isShown);
    button()?.click();
    await until('it is copied', () => copied.length > 0);
    expect(JSON.parse(`${copied[0]}`).error.$error.code).to.equal('bad-option');
    one.element.src = `${STAGE}/stage.json`;
    await one.advance(100);
    expect(isShown()).to.equal(false);
  });
});
