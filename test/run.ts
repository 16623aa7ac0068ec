/**
 * `npm test` and, with `--soak`, `npm run test:soak`. Names choose among the checks: `npm test -- bats`.
 * SEED replays a run of the randomised tests. The last line is `N passed, N failed`.
 */
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { type Check, quickPlan, soakPlan } from './harness/checks.js';
import { runChild, stopChildren } from './harness/child.js';
import { missingRequirement } from './harness/requirements.js';
import { makeSandbox, type Sandbox } from './harness/sandbox.js';
import type { Tally } from './harness/tally.js';
import { changedSince, takeSnapshot } from './harness/untouched.js';

const CHECKOUT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const MINUTE_MS = 60_000;

const args = process.argv.slice(2);
const isSoak = args.includes('--soak');
const chosen = args.filter(name => !name.startsWith('-'));
const total: Tally = { passed: 0, failed: 0, skipped: [] };

async function main(): Promise<void> {
  const missing = missingRequirement();
  if (missing !== undefined) return report('set-up', { passed: 0, failed: 1, skipped: [] }, missing);
  const seed = process.env.SEED ?? String(Date.now() % 2 ** 31);
  console.log(`seed ${seed}; to replay: SEED=${seed} npm ${isSoak ? 'run test:soak' : 'test'}`);
  const sandbox = makeSandbox({ SEED: seed, ...(isSoak && { SOAK: '1' }) });
  const stop = (): void => {
    stopChildren();
    sandbox.remove();
    process.exit(130);
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const before = takeSnapshot(CHECKOUT);
  try {
    await runPlan(sandbox);
  } finally {
    sandbox.remove();
  }
  reportUntouched(changedSince(before, CHECKOUT));
}

async function runPlan(sandbox: Sandbox): Promise<void> {
  const scratch = sandbox.environment.TMPDIR!;
  const plan = isSoak ? soakPlan(CHECKOUT, scratch) : quickPlan(CHECKOUT, scratch);
  const isChosen = ({ name }: Check): boolean =>
    chosen.length === 0 || name.split(/[+ ]/).some(part => chosen.includes(part));
  const [build, ...rest] = plan;
  await Promise.all(build!.map(check => runCheck(check, sandbox)));
  // Without a build there is nothing to test.
  if (total.failed > 0) return;
  for (const group of rest) await Promise.all(group.filter(isChosen).map(check => runCheck(check, sandbox)));
}

async function runCheck({ name, command, tally, details }: Check, { environment }: Sandbox): Promise<void> {
  const timeoutMs = (isSoak ? 180 : 10) * MINUTE_MS;
  const { output, isSuccess, durationMs } = await runChild(command, {
    cwd: CHECKOUT,
    environment,
    timeoutMs,
  });
  const shown = isSuccess ? '' : (details?.(output) ?? output);
  report(name, tally(output, isSuccess), shown, durationMs);
}

function reportUntouched(changed: string[]): void {
  const message = changed.map(
    path => `${path} changed during the run; a test must write in its own directory`,
  );
  report(
    'untouched',
    { passed: changed.length === 0 ? 1 : 0, failed: changed.length > 0 ? 1 : 0, skipped: [] },
    message.join('\n'),
  );
}

function report(name: string, tally: Tally, details: string, durationMs?: number): void {
  total.passed += tally.passed;
  total.failed += tally.failed;
  total.skipped.push(...tally.skipped);
  const counts = [`${tally.passed} passed`];
  if (tally.failed > 0) counts.push(`${tally.failed} failed`);
  if (tally.skipped.length > 0) counts.push(`${tally.skipped.length} skipped`);
  const time = durationMs === undefined ? '' : `${(durationMs / 1000).toFixed(1)} s`;
  console.log(
    `${tally.failed > 0 ? '✗' : '✓'} ${name.padEnd(12)} ${counts.join(', ').padEnd(32)} ${time}`.trimEnd(),
  );
  const text = process.stdout.isTTY ? details : stripVTControlCharacters(details);
  if (text !== '') console.log(text.replace(/^/gm, '  '));
}

await main();
for (const name of total.skipped) console.log(`skipped: ${name}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
