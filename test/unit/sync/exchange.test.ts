/** Machines that exchange events, statuses and summaries over a real remote. */
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readHealth, waiting } from '../../../tools/lib/sync/health.js';
import { withExchange } from '../../../tools/lib/sync/open.js';
import { git } from '../../support/git.js';
import { appendLines } from '../../support/ledger.js';
import {
  fileOn,
  linesOnBranch,
  type Machine,
  makeMachine,
  makeRemote,
  pushFiles,
  receive,
  setUpMachine,
  sync,
  tell,
} from '../../support/machines.js';
import { linesIn } from '../../support/workspace.js';

// Dozens of git processes each: a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

const today = (): string => new Date().toLocaleDateString('sv-SE');
const copyOf = (of: Machine, agent: string): string =>
  `g/ledger/${agent}/${today()}.${of.workspace.writer}.jsonl`;

async function twoMachines(): Promise<{ remote: string; a: Machine; b: Machine }> {
  const remote = makeRemote();
  const [a, b] = [makeMachine(remote), makeMachine(remote)];
  await setUpMachine(a);
  await setUpMachine(b);
  return { remote, a, b };
}

test('each machine sees the events and the status of the other', async () => {
  const remote = makeRemote();
  const [a, b] = [makeMachine(remote), makeMachine(remote)];
  const first = tell(a, 'cls', 'before the branch');
  expect(await setUpMachine(a)).toMatchObject({ isNew: true, isKnown: false });
  const other = tell(b, 'cls', 'from b');
  expect(await setUpMachine(b)).toMatchObject({ isNew: false, isKnown: false });
  expect(fileOn(b, copyOf(a, 'cls'))).toBe(`${first}\n`);
  expect(JSON.parse(fileOn(b, `agents/cls/status.${a.workspace.writer}.json`)!)).toMatchObject({
    agent: 'cls',
  });
  const second = tell(a, 'cls', 'and more');
  const { context } = await sync(a);
  expect(context.tally).toEqual({ sent: 1, received: 1, refused: [], lost: [] });
  expect(fileOn(a, copyOf(b, 'cls'))).toBe(`${other}\n`);
  await receive(b);
  expect(fileOn(b, copyOf(a, 'cls'))).toBe(`${first}\n${second}\n`);
  expect(await setUpMachine(b)).toMatchObject({ isNew: false, isKnown: true });
  expect(a.warnings).toEqual([]);
  expect(b.warnings).toEqual([]);
});

test('a branch for which nobody has anything yet begins with an empty commit', async () => {
  const remote = makeRemote();
  await setUpMachine(makeMachine(remote));
  expect(git(remote, 'ls-tree', '-r', 'ledger')).toBe('');
  expect(git(remote, 'rev-list', '--count', 'ledger')).toBe('1');
});

test('summaries go along, under the name of their writer', async () => {
  const { a, b } = await twoMachines();
  mkdirSync(join(a.top, 'memory/cls/sessions'), { recursive: true });
  writeFileSync(join(a.top, 'memory/cls/sessions/2026-11-24_cls_001.md'), '# one\n');
  writeFileSync(join(a.top, 'memory/cls/sessions/other.md'), 'not a session');
  await sync(a);
  await sync(b);
  const copy = `memory/cls/sessions/2026-11-24_cls_001.${a.workspace.writer}.md`;
  expect(fileOn(b, copy)).toBe('# one\n');
  writeFileSync(join(a.top, 'memory/cls/sessions/2026-11-24_cls_001.md'), '# two\n');
  await sync(a);
  await sync(b);
  expect(fileOn(b, copy)).toBe('# two\n');
});

test('machines that push at the same time all get through', async () => {
  const { remote, a, b } = await twoMachines();
  const machines = [a, b, makeMachine(remote)];
  await setUpMachine(machines[2]!);
  for (let round = 0; round < 2; round++) {
    for (const machine of machines) tell(machine, 'cls', `round ${round}`);
    await Promise.all(machines.map(sync));
  }
  await Promise.all(machines.map(receive));
  for (const machine of machines) {
    for (const other of machines) {
      if (other !== machine) expect(fileOn(machine, copyOf(other, 'cls'))!.split('\n')).toHaveLength(3);
    }
  }
});

test('lines that are no events of ours stay at home, and the rest is sent byte for byte', async () => {
  const { remote, a } = await twoMachines();
  const first = tell(a, 'cls', 'ยินดี "q" \\ ');
  const path = join(a.top, `g/ledger/cls/${today()}.jsonl`);
  const eight = { ts: `${today()}T00:00:00Z`, agent: 'cls', session_id: 's', event: 'info' };
  const old = JSON.stringify({ ...eight, task_id: 't', source: 'x', summary: 'old', data: {} });
  appendFileSync(path, `not json\n${old}\n${old.replace('"cls"', '"andy"')}\n{"torn":`);
  await sync(a);
  const second = tell(a, 'cls', 'after');
  await sync(a);
  expect(linesOnBranch(remote, copyOf(a, 'cls'))).toEqual([first, old, second]);
});

test('a long day is cut into segments, and only the last one changes', async () => {
  const { remote, a, b } = await twoMachines();
  const filler = 'x'.repeat(60_000);
  for (let index = 0; index < 11; index++) tell(a, 'cls', `number ${index}`, { filler });
  await sync(a);
  const before = git(remote, 'ls-tree', '-r', 'ledger', 'g').split('\n');
  expect(before).toHaveLength(3);
  tell(a, 'cls', 'one more');
  await sync(a);
  const after = git(remote, 'ls-tree', '-r', 'ledger', 'g').split('\n');
  expect(after.filter(line => !before.includes(line))).toHaveLength(1);
  await sync(b);
  const copies = ['', '.2', '.3'].map(part => fileOn(b, copyOf(a, 'cls').replace('.jsonl', `${part}.jsonl`)));
  expect(copies.join('')).toBe(fileOn(a, `g/ledger/cls/${today()}.jsonl`));
});

test('a long past goes out in several commits', async () => {
  const { remote, a, b } = await twoMachines();
  const filler = 'x'.repeat(200_000);
  const event = { ts: '2026-11-20T10:00:00Z', agent: 'cls', session_id: 's', event: 'info', task_id: 't' };
  const lines = Array.from({ length: 100 }, (_, number) =>
    JSON.stringify({ ...event, source: 'x', summary: `${number}`, data: { filler } }),
  );
  appendLines(a.top, 'cls/2026-11-20.jsonl', ...lines);
  const before = Number(git(remote, 'rev-list', '--count', 'ledger'));
  expect((await sync(a)).context.tally.sent).toBe(100);
  expect(Number(git(remote, 'rev-list', '--count', 'ledger'))).toBe(before + 2);
  expect((await sync(b)).context.tally).toMatchObject({ received: 100, refused: [] });
});

test('without its watermarks, or with wrong ones, nothing is sent twice and nothing is left out', async () => {
  const { remote, a } = await twoMachines();
  const lines = [tell(a, 'cls', 'one'), tell(a, 'cls', 'two')];
  await sync(a);
  rmSync(join(a.workspace.control, 'sync'), { recursive: true });
  lines.push(tell(a, 'cls', 'three'));
  await sync(a);
  const marks = join(a.workspace.control, 'sync/marks/events-cls.json');
  writeFileSync(marks, readFileSync(marks, 'utf8').replace(/"size":\d+/, '"size":7'));
  lines.push(tell(a, 'cls', 'four'));
  await sync(a);
  writeFileSync(marks, 'no json');
  lines.push(tell(a, 'cls', 'five'));
  await sync(a);
  // A repair has taken lines out, so that all after them stand elsewhere.
  const path = join(a.top, `g/ledger/cls/${today()}.jsonl`);
  writeFileSync(path, `${linesIn(path).slice(1).join('\n')}\n`);
  lines.push(tell(a, 'cls', 'six'));
  await sync(a);
  expect(linesOnBranch(remote, copyOf(a, 'cls'))).toEqual(lines);
});

test('nothing is sent where nothing is new, and pull-only sends nothing', async () => {
  const { remote, a } = await twoMachines();
  await sync(a);
  const tip = git(remote, 'rev-parse', 'ledger');
  await sync(a);
  tell(a, 'cls', 'waits');
  await receive(a);
  expect(git(remote, 'rev-parse', 'ledger')).toBe(tip);
  await withExchange(a.options, async exchange => {
    expect((await waiting(exchange))?.says).toEqual(['1 event of cls', 'the status of cls']);
    expect(await readHealth(exchange)).toMatchObject({ ahead: 1, behind: 0, health: 'ok', url: remote });
  });
  expect(git(remote, 'rev-parse', 'ledger')).toBe(tip);
});

test('a branch that somebody else writes to by hand is exchanged with', async () => {
  const { remote, a } = await twoMachines();
  pushFiles(remote, { 'README.md': 'hello' });
  tell(a, 'cls', 'one');
  await sync(a);
  expect(a.warnings).toEqual(['passed over on the branch, not ours: README.md']);
  expect(linesOnBranch(remote, 'README.md')).toEqual(['hello']);
});
