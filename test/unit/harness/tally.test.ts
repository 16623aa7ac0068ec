import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failuresInTap, tallyTap, tallyVitest } from '../../harness/tally.js';
import { temporaryDirectory } from '../../support/workspace.js';

test('TAP is counted by its lines, and tests that never reported are failures', () => {
  const whole = '1..4\nok 1 a\nnot ok 2 b\n# (in test file x)\nok 3 c # skip needs strace\nok 4 d\n';
  expect(tallyTap(whole, false)).toEqual({ passed: 2, failed: 1, skipped: ['c # skip needs strace'] });
  expect(tallyTap('1..5\nok 1 a\n', false)).toEqual({ passed: 1, failed: 4, skipped: [] });
});

test('of TAP only what failed is shown', () => {
  const output = '1..3\nok 1 a\nnot ok 2 b\n# because\nok 3 c\n# chatter\nbroken\n';
  expect(failuresInTap(output)).toBe('not ok 2 b\n# because\nbroken\n');
});

test('a runner that fails without a failed test counts one', () => {
  expect(tallyTap('1..1\nok 1 a\n', false).failed).toBe(1);
  expect(tallyTap('', false).failed).toBe(1);
  expect(tallyVitest('/nowhere/report.json', true).failed).toBe(1);
});

test('a vitest file that could not be loaded is a failure', () => {
  const report = join(temporaryDirectory(), 'report.json');
  const loaded = { status: 'passed', assertionResults: [{ status: 'pending', fullName: 'later' }] };
  const testResults = [loaded, { status: 'failed', assertionResults: [] }];
  writeFileSync(report, JSON.stringify({ numPassedTests: 3, numFailedTests: 0, testResults }));
  expect(tallyVitest(report, false)).toEqual({ passed: 3, failed: 1, skipped: ['later'] });
});
