// Every state of the element on one page, on virtual time, so that the pictures are the same each time.
import { ELEMENT_STATES } from '../../test/helpers/element-states.ts';

const ABOUT = { heading: 'A talk to the world', artist: 'Ada Lovelace' };

const wanted = new URLSearchParams(location.search).getAll('state');
document.documentElement.lang = 'en-GB';

for (const [name, make] of Object.entries(ELEMENT_STATES)) {
  if (wanted.length && !wanted.includes(name)) continue;
  const { element } = await make({ attributes: ABOUT });
  const figure = document.createElement('figure');
  const caption = document.createElement('figcaption');
  caption.textContent = name;
  document.body.append(figure);
  figure.append(element, caption);
}
document.body.dataset.ready = 'true';
