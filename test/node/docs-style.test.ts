import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOfPage, styleErrors } from '../../scripts/docs/style.ts';

const faults = (text: string) => faultsOfPage({ file: 'docs/x.md', text });

const words = (count: number) => Array.from({ length: count }, () => 'word').join(' ');

describe('the style of the documentation', () => {
  for (const [name, text] of [
    ['a short sentence', 'Earshot plays the best source that is available.'],
    ['30 words, beside short sentences', `W${words(30)}. One. Two.`],
    ['two sentences of 20 words', `W${words(20)}. W${words(20)}.`],
    ['a long heading', `## ${words(40)}`],
    ['a relative heading', '## What a policy receives'],
    ['code', `\`\`\`ts\n// ${words(40)} that which is none\n\`\`\``],
    ['code in a sentence, as one word', `Call \`${words(40)}\` now.`],
    ['a comment', `<!-- ${words(40)} -->`],
    ['an address of a link, however long', '[Read this](./that-which/is-none.md).'],
    ['long items of a list, each a sentence', `- W${words(19)}.\n- W${words(19)}.`],
    ['phrases of a cell', `| a |\n| --- |\n| ${words(20)}; ${words(20)} |`],
    ['a question', 'What does it cost? Who pays? Nothing, and nobody.'],
    ['a label', 'What the server must do:'],
    ['there is no', 'There is no door. It is no longer open. It is no wider than before.'],
    ['a relative clause after its noun', 'Listeners who wait hear HLS. A server that asks waits.'],
    ['neither and nor', 'It returns neither a number nor a string.'],
    ['a bearer', 'A pass is a bearer token.'],
    ['an agent', 'The browser plays HLS by itself.'],
    [
      'not until',
      'It does not play until a press. So do not wait. It is not a list and not a map.',
    ],
  ] as const) {
    it(`lets pass ${name}`, () => assert.deepEqual(faults(text), []));
  }

  for (const [text, line, found] of [
    [`One.\n\n${words(31)}.`, 3, '31 words'],
    [`One.\nTwo ends here. Three\n${words(31)}.`, 2, '32 words'],
    [`See e.g. Firefox ${words(28)}.`, 1, '31 words'],
    [`- One.\n- ${words(31)}`, 2, '31 words'],
    [`| a |\n| --- |\n| b |\n| ${words(31)} |`, 4, '31 words'],
    [`W${words(29)} and\n\`a b\` too.`, 1, '32 words'],
    ['It plays that which\nis there.', 1, '"that which"'],
    ['It goes on, short of `close()`.', 1, '"short of"'],
    ['It has a file of its own.', 1, '"of its own"'],
    ['A frame that is none ends it.', 1, '"is none"'],
    ['This is no JSON.', 1, '"is no"'],
    ['It is asked again.', 1, '"is asked"'],
    ['What it asks of a page is little.', 1, '"asks of"'],
    ['The best source is heard that there is.', 1, '"is heard that"'],
    ['The page shows what is heard.', 1, '"what is heard"'],
    ['The page shows who comes.', 1, '"who comes"'],
    ['Talking back is easy.', 1, '"Talking back"'],
    ['Listeners come by WebRTC.', 1, '"by WebRTC"'],
    ['The origin bears 2,000 joins a second.', 1, '"bears"'],
    ['Nobody does not hear it.', 1, 'double negation'],
    ['It is not unusual.', 1, 'double negation'],
    ['Who imports it needs React.', 1, '"Who"'],
    ['All is well. Where HLS is available, it plays.', 1, '"Where"'],
    ['So does a browser without Web Audio.', 1, '"So does"'],
    [`| a |\n| --- |\n| short of a stop |`, 3, '"short of"'],
  ] as const) {
    it(`finds ${found} in line ${line}`, () => {
      const all = faults(text);
      assert.ok(
        all.some((fault) => fault.startsWith(`docs/x.md:${line}: `) && fault.includes(found)),
        JSON.stringify(all),
      );
    });
  }

  it('finds an average above 20 words, of whole sentences alone', () => {
    const text = `W${words(24)}. W${words(24)}.\n\n- short\n- short\n\n| cell |\n| --- |\n| cell |`;
    assert.deepEqual(faults(text), ['docs/x.md:1: 24.0 words a sentence on average, 20 at most']);
  });

  it('reads README, CONTRIBUTING and the pages of docs, and nothing else', () => {
    const text = 'This is no JSON.';
    const files = ['README.md', 'CONTRIBUTING.md', 'docs/states.md', 'CHANGELOG.md'];
    const others = ['docs/decisions/0001-floors.md', 'docs/api/earshot.md', 'NOTICES.md'];
    const found = styleErrors([...files, ...others].map((file) => ({ file, text })));
    assert.deepEqual(
      found.map((fault) => fault.split(':')[0]),
      files.slice(0, 3),
    );
  });
});
