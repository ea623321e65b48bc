import type { Ration } from './store.ts';

// Sums of fractions of ms that are due now in exact arithmetic.
const ROUNDING_MS = 1e-6;

/**
 * The generic cell rate algorithm.
 *
 * @param due when the allowance would be whole again, epoch ms; `undefined`: it is whole.
 * @param now epoch ms.
 * @returns `wait` 0 if the call is allowed, else ms until it is; and `due` from now on.
 */
export function takeRation(
  due: number | undefined,
  { rate, burst }: Ration,
  now: number,
): { readonly wait: number; readonly due: number } {
  const from = Math.max(due ?? now, now);
  const early = from - (1_000 / rate) * (burst - 1) - now;
  if (early > ROUNDING_MS) return { wait: Math.ceil(early), due: from };
  return { wait: 0, due: from + 1_000 / rate };
}
