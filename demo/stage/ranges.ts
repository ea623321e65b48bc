import { type Answer, refusal } from './answers.ts';

const ONE_RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/;

/** Cuts a 200 answer down to the one byte range that was asked for. Others stay whole. */
export function cutRange(answer: Answer, range: string | undefined): Answer {
  const [, first = '', last = ''] = ONE_RANGE.exec(range ?? '') ?? [];
  if (answer.status !== 200 || (first === '' && last === '')) return answer;
  const size = answer.body.length;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(size - 1, Number(last));
  if (from > to) return refusal(416, { 'Content-Range': `bytes */${size}` });
  return {
    status: 206,
    headers: { ...answer.headers, 'Content-Range': `bytes ${from}-${to}/${size}` },
    body: answer.body.slice(from, to + 1),
  };
}
