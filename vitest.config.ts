import { defineConfig } from 'vitest/config';

/** One project a kind of test; `test/run.ts` runs those that belong to `npm test`. */
const project = (name: string, include: string, testTimeout = 10_000) => ({
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
      project('unit', 'test/unit/**/*.test.ts'),
      project('house', 'test/house/**/*.test.ts'),
      project('fault', 'test/fault/**/*.test.ts', 240_000),
      project('sim', 'test/sim/**/*.test.ts', 240_000),
    ],
  },
});
