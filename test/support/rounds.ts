/**
 * How randomised tests get their seed and how often they go round. `npm test` gives a new seed each time and
 * prints it; SEED replays one, SOAK=1 goes round for hours instead of seconds.
 */
import fastCheck from 'fast-check';

export const isSoak = process.env.SOAK === '1';
const seed = Number(process.env.SEED ?? 1);

/** How many rounds: `quick` in `npm test`, `long` in `npm run test:soak`. */
export function rounds(quick: number, long: number): number {
  return isSoak ? long : quick;
}

/**
 * Numbers in [0, 1) that depend on the seed and on `salt` alone: mulberry32, by Tommy Ettinger.
 * @param salt tells the sequences of different tests apart
 */
export function seededRandom(salt: number): () => number {
  let state = (seed ^ Math.imul(salt, 0x9e3779b1)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `checkProperty` of something asynchronous. */
export async function checkAsyncProperty<T>(
  property: fastCheck.IAsyncProperty<T>,
  quick = 300,
): Promise<void> {
  await fastCheck.assert(property, { seed, numRuns: rounds(quick, quick * 100) });
}

/** fast-check with the run's seed; it prints the seed and the smallest counterexample when a property fails. */
export function checkProperty<T>(property: fastCheck.IProperty<T>, quick = 300): void {
  fastCheck.assert(property, { seed, numRuns: rounds(quick, quick * 100) });
}

/** A whole number from 0 up to, and without, the limit. */
export type Below = (limit: number) => number;

/** `seededRandom` in whole numbers. */
export function seededBelow(salt: number): Below {
  const random = seededRandom(salt);
  return limit => Math.trunc(random() * limit);
}
