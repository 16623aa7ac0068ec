/** Where a remote may write: to the copies of other writers, and nowhere else. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { chainedLines } from '../../support/chained.js';
import { rejection } from '../../support/failure.js';
import { git } from '../../support/git.js';
import {
  fileOn,
  type Machine,
  makeMachine,
  makeRemote,
  pushFiles,
  receive,
  setUpMachine,
  sync,
  tell,
} from '../../support/machines.js';
import { temporaryDirectory } from '../../support/workspace.js';

// Dozens of git processes each: a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

const DAY = '2026-11-24';
const text = (lines: string[]): string => lines.map(line => `${line}\n`).join('');

const STATUS = JSON.stringify({
  ...{ agent: 'cls', state: 'idle', last_heartbeat: `${DAY}T10:00:00Z`, last_task_id: null },
  ...{ session_id: null, last_error: null, updated_at: `${DAY}T10:00:00Z` },
});

async function machine(): Promise<{ remote: string; here: Machine }> {
  const remote = makeRemote();
  const here = makeMachine(remote);
  tell(here, 'cls', 'ours');
  await setUpMachine(here);
  return { remote, here };
}

test('nothing is written outside the paths of the branch, or over what is ours', async () => {
  const { remote, here } = await machine();
  const day = readdirSync(join(here.top, 'g/ledger/cls'))[0]!;
  const own = fileOn(here, `g/ledger/cls/${day}`)!;
  pushFiles(remote, {
    [`g/ledger/cls/${day}`]: 'ours?',
    [`g/ledger/cls/${day.replace('.jsonl', `.${here.workspace.writer}.jsonl`)}`]: 'ours too?',
    'agents/cls/status.json': '{}',
    [`g/ledger/CLS/${DAY}.far-1.jsonl`]: 'x',
    [`g/ledger/cls/deeper/${DAY}.far-1.jsonl`]: 'x',
    [`g/ledger/cls/${DAY}.far-1.01.jsonl`]: 'x',
    'tools/evil.sh': 'rm -rf /',
    'ledger.config.json': '{}',
    'claims/zz/00000000000000000000000000000000.json': '{}',
  });
  await receive(here);
  expect(fileOn(here, `g/ledger/cls/${day}`)).toBe(own);
  expect(git(here.top, 'status', '--porcelain', '--ignored')).not.toMatch(/evil|config|deeper|CLS/);
  expect(here.warnings).toEqual([expect.stringMatching(/^passed over on the branch, not ours: .* more$/)]);
  tell(here, 'cls', 'and on');
  await sync(here);
  expect(
    git(remote, 'show', `ledger:g/ledger/cls/${day.replace('.jsonl', `.${here.workspace.writer}.jsonl`)}`),
  ).toMatch(/ours too\?.*and on/s);
});

test('links on the branch are refused, and links here lead nowhere', async () => {
  const { remote, here } = await machine();
  const work = join(temporaryDirectory(), 'w');
  git('/', 'clone', '--quiet', '--branch=ledger', remote, work);
  mkdirSync(join(work, 'agents/cls'), { recursive: true });
  // Each would be a status, if it were a file.
  symlinkSync(STATUS, join(work, 'agents/cls/status.far-1.json'));
  writeFileSync(join(work, 'agents/cls/status.far-2.json'), STATUS, { mode: 0o755 });
  git(work, 'add', '--all', '--force');
  git(work, 'commit', '--quiet', '--message=link');
  git(work, 'push', '--quiet');
  expect((await receive(here)).context.tally.refused).toEqual([
    'agents/cls/status.far-1.json',
    'agents/cls/status.far-2.json',
  ]);
  const outside = temporaryDirectory();
  symlinkSync(outside, join(here.top, 'g/ledger/andy'));
  pushFiles(remote, {
    [`g/ledger/andy/${DAY}.far-1.jsonl`]: text(chainedLines(1, { agent: 'andy', writer: 'far-1' })),
  });
  expect(await rejection('unsafe', receive(here))).toMatch(/leads out of the root/);
  expect(readdirSync(outside)).toEqual([]);
});

test('nothing from beyond the root is sent, nor what cannot be read, and the rest is', async () => {
  const { remote, here } = await machine();
  const outside = temporaryDirectory();
  writeFileSync(join(outside, 'secret.md'), 'secret');
  const line = JSON.stringify({ ...JSON.parse(chainedLines(1)[0]!), agent: 'andy', writer: undefined });
  writeFileSync(join(outside, `${DAY}.jsonl`), `${line}\n`);
  mkdirSync(join(here.top, 'memory/cls/sessions'), { recursive: true });
  symlinkSync(join(outside, 'secret.md'), join(here.top, `memory/cls/sessions/${DAY}_cls_001.md`));
  symlinkSync(outside, join(here.top, 'g/ledger/andy'));
  mkdirSync(join(here.top, `g/ledger/cls/${DAY}.jsonl`));
  tell(here, 'cls', 'the rest');
  await sync(here);
  expect(git(remote, 'ls-tree', '-r', '--name-only', 'ledger')).not.toMatch(/andy|memory|2026-11-24/);
  expect(git(remote, 'grep', '--count', 'the rest', 'ledger')).toMatch(/:1$/);
  expect(here.warnings.map(text => text.slice(0, 9))).toEqual(['not sent:', 'not sent:', 'not sent:']);
});

test('a flood of bad files is not kept without end', async () => {
  const { remote, here } = await machine();
  const bad = Array.from({ length: 130 }, (_, index) => [`agents/cls/status.far-${index}.json`, '{}']);
  pushFiles(remote, Object.fromEntries(bad));
  expect((await receive(here)).context.tally.refused).toHaveLength(130);
  expect(readdirSync(join(here.workspace.control, 'sync/refused'))).toHaveLength(101);
  expect(readFileSync(join(here.workspace.control, 'sync-state.json'), 'utf8')).toContain(
    git(remote, 'rev-parse', 'ledger'),
  );
});
