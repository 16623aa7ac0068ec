import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { requestClaim } from '../../../tools/lib/journal/claim.js';
import { addRemote, briefly, checkPlace, shownState } from '../../support/check.js';
import { acquiring } from '../../support/claims.js';
import { rejection } from '../../support/failure.js';
import { git } from '../../support/git.js';
import { appendLines, eventLine } from '../../support/ledger.js';
import { planText } from '../../support/workplans.js';

test('a report names what differs, and writes nothing', async () => {
  const place = checkPlace();
  place.commit(
    'plans/a.md',
    planText([{ id: 'T-1' }, { id: 'T-2', status: 'done' }, { id: 'T-3', status: 'done' }]),
  );
  place.tell('T-1', 'task_result');
  place.tell('T-3', 'task_result');
  place.tell('T-9', 'task_start');
  const before = shownState(place.root);
  expect(briefly(await place.check())).toEqual([
    ...['g/ledger/cls:1 C-12 INFO', 'plans/a.md:11 C-13 WARN', 'plans/a.md:19 C-10 WARN'],
  ]);
  expect(shownState(place.root)).toBe(before);
});

test('there are no workplans: README.md and other pages are none', async () => {
  const place = checkPlace();
  place.commit('README.md', planText([{ id: 'T-1' }]));
  place.commit('page.md', '# A page\n');
  expect(briefly(await place.check())).toEqual(['.:1 C-01 WARN']);
});

test('what cannot be read, references that lead nowhere, ids that are there twice', async () => {
  const place = checkPlace();
  place.commit(
    'a.md',
    planText([
      { id: 'T-1', more: ['depends_on: [T-2, NOPE]'] },
      { id: 'T-2', status: 'doing' },
    ]),
  );
  place.commit('b.md', planText([{ id: 'T-1', status: 'done' }]));
  expect(briefly(await place.check())).toEqual([
    ...['a.md:9 C-03 WARN', 'a.md:9 C-03 WARN', 'a.md:18 C-02 ERROR', 'b.md:9 C-17 ERROR'],
  ]);
});

test('events of other writers count, and so does a lease in force', async () => {
  const place = checkPlace();
  place.commit('a.md', planText([{ id: 'T-1' }, { id: 'T-2' }, { id: 'T-3' }]));
  const at = { ts: '2026-11-20T10:00:00.000Z', agent: 'andy' };
  appendLines(
    place.root,
    'andy/2026-11-20.far-1.jsonl',
    eventLine({ ...at, task_id: 'T-1', event: 'task_result' }),
  );
  const owner = { agent: 'cls', writer: place.workspace.writer, worktree: 'main' };
  const limits = {
    agent_id: null,
    default_ttl_s: 600,
    max_ttl_s: 86_400,
    max_lifetime_s: 86_400,
    max_indefinite_per_agent: 2,
    max_indefinite: 10,
  };
  const options = { sessionIdleMs: 43_200_000, warn: () => undefined, limits };
  requestClaim(place.workspace, { taskId: 'T-2', owner }, acquiring(), options);
  const { findings } = await place.check();
  expect(findings.map(({ code, message }) => `${code} ${message.split(' (')[0]}`)).toEqual([
    'C-13 T-1 is todo here, done in the ledger',
    'C-13 T-2 is todo here, in_progress in the ledger',
    'C-11 the ledger does not know T-3',
  ]);
});

test('a task is known by the id of the hub, too', async () => {
  const place = checkPlace();
  place.commit('a.md', planText([{ id: 'T-1', more: ['state_hub_task_id: "f9dbad4e"'] }]));
  place.tell('f9dbad4e', 'task_result');
  expect(briefly(await place.check())).toEqual(['a.md:11 C-13 WARN']);
});

test('paths: only what was asked for is told of, but all is known', async () => {
  const place = checkPlace();
  place.commit('a/a.md', planText([{ id: 'T-1', more: ['depends_on: T-2'] }]));
  place.commit('b/b.md', planText([{ id: 'T-2' }]));
  place.tell('T-9', 'task_start');
  expect(briefly(await place.check({ paths: [join(place.root, 'a/a.md')] }))).toEqual([
    'a/a.md:11 C-11 WARN',
  ]);
  expect(briefly(await place.check({ paths: [join(place.root, 'b')] }))).toEqual(['b/b.md:11 C-11 WARN']);
  await rejection('missing', place.check({ paths: [join(place.root, 'c')] }));
});

test('what git ignores is passed over; repositories within the root are looked into when asked', async () => {
  const place = checkPlace();
  place.commit('.gitignore', 'build/\n');
  place.commit('a.md', planText([{ id: 'T-1' }]));
  mkdirSync(join(place.root, 'build'));
  writeFileSync(join(place.root, 'build/a.md'), planText([{ id: 'T-1' }]));
  const nested = checkPlace(join(place.root, 'nested'));
  nested.commit('n.md', planText([{ id: 'N-1' }]));
  expect(briefly(await place.check())).toEqual(['a.md:11 C-11 WARN']);
  expect(briefly(await place.check({ isAll: true }))).toEqual([
    'a.md:11 C-11 WARN',
    'nested/n.md:11 C-11 WARN',
  ]);
});

test('uncommitted edits are told of; behind the upstream is, ahead of it is not', async () => {
  const place = checkPlace();
  const path = place.commit('a.md', planText([{ id: 'T-1' }]));
  addRemote(place);
  place.commit('b.txt', 'ahead');
  expect(briefly(await place.check())).toEqual(['a.md:11 C-11 WARN']);
  git(place.root, 'push', '--quiet');
  git(place.root, 'reset', '--quiet', '--hard', 'HEAD~1');
  writeFileSync(path, `${readFileSync(path)}\n`);
  expect(briefly(await place.check())).toEqual(['.:1 C-14 INFO', 'a.md:1 C-15 WARN', 'a.md:11 C-11 WARN']);
});

test('outside git every Markdown file may be a workplan', async () => {
  const place = checkPlace();
  const outside = join(place.root, '../outside');
  mkdirSync(join(outside, 'deep/.hidden'), { recursive: true });
  for (const name of ['deep/o.md', 'deep/.hidden/h.md'])
    writeFileSync(join(outside, name), planText([{ id: 'O-1' }]));
  place.commit('a.md', planText([{ id: 'T-1' }]));
  expect(briefly(await place.check({ paths: [outside] }))).toEqual([
    `${join(outside, 'deep/o.md')}:11 C-11 WARN`,
  ]);
});
