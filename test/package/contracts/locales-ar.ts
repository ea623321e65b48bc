// What a user's code may rely on, and what must not compile. Nothing here runs.
import { EarshotListener, type Words } from 'earshot/element';
import { ar } from 'earshot/locales/ar';
import { de } from 'earshot/locales/de';
import { es } from 'earshot/locales/es';
import { fr } from 'earshot/locales/fr';
import { it } from 'earshot/locales/it';
import { ja } from 'earshot/locales/ja';
import { nl } from 'earshot/locales/nl';
import { pl } from 'earshot/locales/pl';
import { pt } from 'earshot/locales/pt';
import { zh } from 'earshot/locales/zh';

const all: readonly Words[] = [ar, de, es, fr, it, ja, nl, pl, pt, zh];
EarshotListener.locales = all;
EarshotListener.words = de;
document.createElement('earshot-listener').words = { ...ar, listen: '…' };
// @ts-expect-error not all words
EarshotListener.locales = [{ lang: 'de', listen: 'Zuhören' }];
