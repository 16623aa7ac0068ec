/** Chance that can be had again: `SEED=<n>` repeats a run whose printed seed was n. */

/** A whole number from 0 up to, and without, the limit. */
export type Below = (limit: number) => number;

/** Prints its seed. Park and Miller's generator. */
export function seededRandom(): Below {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  console.log(`SEED=${seed}`);
  let state = seed + 1;
  return limit => {
    state = (state * 48271) % 0x7fffffff;
    return Math.trunc((state / 0x7fffffff) * limit);
  };
}
