/** What a finished check says about itself, counted. A check that ends badly counts at least one failure. */
import { existsSync, readFileSync } from 'node:fs';

export interface Tally {
  passed: number;
  failed: number;
  /** The names of tests that were not run here. */
  skipped: string[];
}

/** A check that is one test by itself: types, lint. */
export function tallyWhole(isSuccess: boolean): Tally {
  return { passed: isSuccess ? 1 : 0, failed: isSuccess ? 0 : 1, skipped: [] };
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { status: string; assertionResults: { status: string; fullName: string }[] }[];
}

/** @param path where vitest's JSON reporter wrote; missing when vitest itself fell over */
export function tallyVitest(path: string, isSuccess: boolean): Tally {
  if (!existsSync(path)) return tallyWhole(false);
  const report = JSON.parse(readFileSync(path, 'utf8')) as VitestReport;
  const broken = report.testResults.filter(
    file => file.status === 'failed' && file.assertionResults.length === 0,
  );
  const failed = report.numFailedTests + broken.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !isSuccess ? 1 : failed,
    skipped: report.testResults
      .flatMap(file => file.assertionResults)
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ fullName }) => fullName),
  };
}

/** What failed, with what was said about it. */
export function failuresInTap(output: string): string {
  return output.replace(/^(?:1\.\.\d+|ok \d+.*)\n(?:#.*\n)*/gm, '');
}

/** @param output TAP: a plan `1..n`, then `ok` and `not ok` lines */
export function tallyTap(output: string, isSuccess: boolean): Tally {
  const count = (pattern: RegExp): number => output.match(pattern)?.length ?? 0;
  const planned = Number(/^1\.\.(\d+)/m.exec(output)?.[1] ?? 0);
  const skipped = [...output.matchAll(/^ok \d+ (.*# skip.*)$/gm)].map(([, name]) => name!);
  const passed = count(/^ok \d+/gm) - skipped.length;
  const failed = Math.max(count(/^not ok \d+/gm), planned - passed - skipped.length);
  return { passed, failed: failed === 0 && !isSuccess ? 1 : failed, skipped };
}
