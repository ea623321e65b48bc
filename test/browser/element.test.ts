import { expect } from 'chai';
import { audience } from '../helpers/audience.ts';
import { until } from '../helpers/condition.ts';

it('an element of the page is played through, and stays the one that is heard', async () => {
  const media = document.body.appendChild(document.createElement('audio'));
  const one = await audience((ear) => ({ media: ear.add(media) }));
  try {
    expect(media.paused).to.equal(false);
    await one.stage.fault('a', { kind: 'refuse' });
    await until('b is heard', () => one.cdn === 'b' && one.state.hearing);
    await one.hears();
    const { currentTime } = media;
    await until('it is this element that plays', () => media.currentTime > currentTime + 1);
    for (const other of one.ear.elements)
      if (other !== media) expect(other.muted || other.paused).to.equal(true);
    media.muted = true;
    await until('its own mute is known', () => one.state.status === 'muted');
    media.muted = false;
    media.pause();
    await until('its own pause is known', () => one.state.status === 'paused');
    one.session.close();
    expect(media.currentSrc === '' || media.readyState === 0).to.equal(true);
  } finally {
    await one.close();
    media.remove();
  }
});
