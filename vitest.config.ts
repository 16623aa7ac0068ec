import { defineConfig } from 'vitest/config';

const HOUR_MS = 3_600_000;
const isSoak = process.env.SOAK === '1';

/** One project a kind of test; `test/run.ts` runs those that belong to `npm test`. */
const project = (name: string, include: string, testTimeout: number) => ({
  test: {
    name,
    include: [include],
    testTimeout,
    hookTimeout: testTimeout,
    setupFiles: ['test/support/isolate.ts'],
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', 'test/unit/**/*.test.ts', isSoak ? HOUR_MS : 10_000),
      project('house', 'test/house/**/*.test.ts', 30_000),
      project('fault', 'test/fault/**/*.test.ts', isSoak ? HOUR_MS : 240_000),
      // Only for `npm run test:clients`, which installs the clients.
      ...(process.env.CLIENTS_PREFIX ? [project('clients', 'test/clients/**/*.test.ts', 240_000)] : []),
      project('sim', 'test/sim/**/*.test.ts', isSoak ? HOUR_MS : 240_000),
    ],
  },
});
