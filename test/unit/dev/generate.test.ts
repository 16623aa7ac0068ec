/** Validators that tell yes or no alone say the same as those that tell problems, in all that hangs together by references. */
import { expect, test } from 'vitest';
import { isMockScript } from '../../../tools/lib/record/generated/is-mock-script.js';
import { isPlan } from '../../../tools/lib/record/generated/is-plan.js';
import { isReceipt } from '../../../tools/lib/record/generated/is-receipt.js';
import { validateMockScript } from '../../../tools/lib/record/generated/validate-mock-script.js';
import { validatePlan } from '../../../tools/lib/record/generated/validate-plan.js';
import { validateReceipt } from '../../../tools/lib/record/generated/validate-receipt.js';

const STEP = { id: 'a', agent: 'cls', action: 'a', command: ['true'] };

test.each([
  [{ steps: [STEP] }, true],
  [{ steps: [{ ...STEP, loop: { back_to: 'a' } }] }, true],
  [{ steps: [{ ...STEP, loop: { back_to: '../a' } }] }, false],
  [{ steps: [STEP, { ...STEP, retries: -1 }] }, false],
  [{ steps: [{ ...STEP, shell: true }] }, false],
])('a plan: %j', (value, isValid) => {
  expect([isPlan(value), validatePlan(value)]).toEqual([isValid, isValid]);
});

test('scripts and receipts', () => {
  const answers = [
    { action: 'a', match: { iteration: 0 } },
    { action: 'a', match: { iteration: 1 } },
  ];
  for (const responses of [answers, answers.slice(1)]) {
    expect(isMockScript({ responses })).toBe(validateMockScript({ responses }));
  }
  const receipt = { artifacts: [{ path: 'a' }] };
  expect([isReceipt(receipt), validateReceipt(receipt)]).toEqual([false, false]);
});
