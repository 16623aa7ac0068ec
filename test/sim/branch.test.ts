/**
 * Claims across machines, simulated: the code that runs in earnest on virtual machines with virtual clocks, and a model of
 * a git remote between them. A history that fails is replayed by its seed.
 */
import { expect, test } from 'vitest';
import { rounds, seededRandom } from '../support/rounds.js';
import { History } from './branch/history.js';

test('an epoch is granted once, and nothing that was granted is lost: random histories of machines', async () => {
  const histories = rounds(2000, 100_000);
  let grants = 0;
  let takeovers = 0;
  for (let seed = 1; seed <= histories; seed++) {
    try {
      const history = new History(seededRandom(seed), { rewinds: seed % 10 === 0 });
      await history.run();
      grants += history.truth.grants;
      takeovers += history.truth.takeovers;
    } catch (error) {
      throw new Error(`history ${seed} of SEED=${process.env.SEED ?? 1}`, { cause: error });
    }
  }
  // A simulation in which nothing happens proves nothing.
  expect(grants).toBeGreaterThan(histories);
  expect(takeovers).toBeGreaterThan(histories / 20);
});
