/** How fast secrets are hidden in a warm process. The limit is a speed, so the ratio is to that speed. */
import { readFileSync } from 'node:fs';
import { captureText } from '../../tools/lib/redact/capture.js';
import { BUILT_IN } from '../../tools/lib/redact/rules.js';
import { HOSTILE, hostileText } from '../support/redact/hostile.js';
import { median } from './pairs.js';
import type { BenchRow } from './row.js';

const MEGABYTE = 1_000_000;
const ORDINARY = [
  'package-lock.json',
  'CHANGELOG.md',
  'docs/AGENT_LEDGER_GUIDE.md',
  'tools/lib/ledger/append.ts',
  'tools/lib/cli/write-batch.ts',
];

function ordinaryText(): string {
  const text = ORDINARY.map(path => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')).join(
    '\n',
  );
  return text.repeat(Math.ceil(MEGABYTE / text.length)).slice(0, MEGABYTE);
}

function secondsFor(text: string, turns: number): number {
  const times = Array.from({ length: turns }, () => {
    const start = process.hrtime.bigint();
    captureText(text, BUILT_IN);
    return Number(process.hrtime.bigint() - start) / 1e9;
  });
  return median(times);
}

async function ordinary(): Promise<{ ratio: number }> {
  const text = ordinaryText();
  secondsFor(text, 3);
  return { ratio: 1 / secondsFor(text, 15) / 20 };
}

async function hostile(): Promise<{ ratio: number; note: string }> {
  const times = Object.entries(HOSTILE).map(([name, unit]) => ({
    name,
    seconds: secondsFor(hostileText(unit, MEGABYTE), 3),
  }));
  const worst = times.reduce((a, b) => (a.seconds > b.seconds ? a : b));
  return { ratio: worst.seconds, note: worst.name };
}

export const rows: BenchRow[] = [
  {
    name: 'redaction of lock files, prose and code, warm: speed / 20 MB a second',
    limit: 1,
    isAtLeast: true,
    measure: ordinary,
  },
  { name: 'redaction of 1 MB of the worst hostile text / a second', limit: 1, measure: hostile },
];
