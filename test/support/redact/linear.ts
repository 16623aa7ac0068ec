/** Work that grows with the text and no faster: told by the time of a text and of one eight times as long. */
import { expect } from 'vitest';
import { hostileText } from './hostile.js';

const SMALL = 8 * 1024;
const FACTOR = 8;
/** Time is noisy; work that grew with the square would take eight times as long again. */
const SLACK = 4;
/** Below this a measurement says nothing. */
const LEAST_MS = 4;

function fastestMs(action: () => void): number {
  const times = [0, 1, 2].map(() => {
    const start = performance.now();
    action();
    return performance.now() - start;
  });
  return Math.min(...times);
}

export function expectLinear(action: (text: string) => unknown, unit: string): void {
  const small = hostileText(unit, SMALL);
  const large = hostileText(unit, SMALL * FACTOR);
  const smallMs = Math.max(
    LEAST_MS,
    fastestMs(() => action(small)),
  );
  expect(fastestMs(() => action(large)) / smallMs).toBeLessThan(FACTOR * SLACK);
}
