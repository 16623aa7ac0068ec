/** What happens while a writeback is under way: edits of a person, and what a crash leaves. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitPlaceAbove } from '../../../tools/lib/root/find.js';
import { sha256Hex } from '../../../tools/lib/sha256.js';
import { commitFiles, committableBranch, type Writing } from '../../../tools/lib/workplans/commit-files.js';
import { type Journal, writeJournal } from '../../../tools/lib/workplans/journal.js';
import { recoverWriteback } from '../../../tools/lib/workplans/recover.js';
import { COMMIT_SUBJECT, writeBack } from '../../../tools/lib/workplans/write-back.js';
import { type CheckPlace, driftingPlace, statusesIn } from '../../support/check.js';
import { rejection } from '../../support/failure.js';
import { git } from '../../support/git.js';

const GIT = { environment: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null' }, timeoutMs: 30_000 };
const CHANGES = [{ id: 'T-1', from: 'todo', to: 'done' }] as const;

function writingIn({ workspace, root }: CheckPlace): Writing {
  return { place: workspace, repository: gitPlaceAbove(root)!, git: GIT };
}

/** A journal as a run leaves it that is cut off before it replaces the file. */
async function journalOf({ root, path }: CheckPlace & { path: string }): Promise<Journal> {
  const before = readFileSync(path);
  const start = before.indexOf('status: todo') + 'status: '.length;
  const after = before.toString().replace('status: todo', 'status: done');
  const blob = (text: string): string => {
    writeFileSync(join(root, '.git/content'), text);
    return git(root, 'hash-object', '-w', join(root, '.git/content'));
  };
  return {
    ...{ schema_version: 1, top: root, ref: 'refs/heads/main', message: COMMIT_SUBJECT },
    files: [
      {
        ...{ path, name: 'plans/a.md', mode: '100644', before: sha256Hex(before), after: sha256Hex(after) },
        ...{ oldBlob: blob(before.toString()), newBlob: blob(after) },
        splices: [{ start, word: 'done', was: 'todo' }],
      },
    ],
  };
}

const replaceIn = (path: string): void =>
  writeFileSync(path, readFileSync(path, 'utf8').replace('status: todo', 'status: done'));

test('cut off before the file was replaced: nothing happened', async () => {
  const place = driftingPlace();
  writeJournal(place.workspace, await journalOf(place));
  await recoverWriteback(writingIn(place));
  expect(statusesIn(place.path)).toEqual(['todo']);
  expect(git(place.root, 'status', '--porcelain')).toBe('');
  expect(git(place.root, 'rev-list', '--count', 'HEAD')).toBe('1');
});

test('cut off after it: the commit is made, and nothing else is in it', async () => {
  const place = driftingPlace();
  writeJournal(place.workspace, await journalOf(place));
  replaceIn(place.path);
  writeFileSync(join(place.root, 'staged.txt'), 'staged');
  git(place.root, 'add', 'staged.txt');
  expect(await recoverWriteback(writingIn(place))).toContain('finished a writeback');
  expect(git(place.root, 'show', '--format=%s', '--name-only', 'HEAD')).toBe(
    `${COMMIT_SUBJECT}\n\nplans/a.md`,
  );
  expect(git(place.root, 'status', '--porcelain')).toBe('A  staged.txt');
});

test('edited by the person since: the edit stays, and nothing of ours is left in the index', async () => {
  const place = driftingPlace();
  const journal = await journalOf(place);
  writeJournal(place.workspace, journal);
  replaceIn(place.path);
  git(place.root, 'update-index', '--cacheinfo', `100644,${journal.files[0]!.newBlob},plans/a.md`);
  writeFileSync(place.path, `${readFileSync(place.path)}mine\n`);
  await recoverWriteback(writingIn(place));
  expect(readFileSync(place.path, 'utf8')).toMatch(/status: done[\s\S]*mine\n$/);
  expect(git(place.root, 'status', '--porcelain')).toBe(' M plans/a.md');
  expect(git(place.root, 'rev-list', '--count', 'HEAD')).toBe('1');
});

test('on another branch by now: the file is put back', async () => {
  const place = driftingPlace();
  writeJournal(place.workspace, { ...(await journalOf(place)), ref: 'refs/heads/other' });
  replaceIn(place.path);
  await recoverWriteback(writingIn(place));
  expect(statusesIn(place.path)).toEqual(['todo']);
  expect(git(place.root, 'status', '--porcelain')).toBe('');
});

test('during a merge: the journal waits', async () => {
  const place = driftingPlace();
  writeJournal(place.workspace, await journalOf(place));
  replaceIn(place.path);
  writeFileSync(join(place.root, '.git/MERGE_HEAD'), git(place.root, 'rev-parse', 'HEAD'));
  expect(await rejection('no', recoverWriteback(writingIn(place)))).toContain('a merge is under way');
  expect(existsSync(join(place.workspace.control, 'writeback.json'))).toBe(true);
});

test('an edit in the same moment is neither committed nor lost', async () => {
  const place = driftingPlace();
  const writing = writingIn(place);
  const journal = await journalOf(place);
  replaceIn(place.path);
  const text = readFileSync(place.path, 'utf8');
  const branch = await committableBranch(writing);
  const commit = commitFiles(writing, branch, journal);
  writeFileSync(place.path, `${text}mine\n`);
  await commit;
  expect(git(place.root, 'show', 'HEAD:plans/a.md')).not.toContain('mine');
  expect(readFileSync(place.path, 'utf8')).toBe(`${text}mine\n`);
  expect(git(place.root, 'status', '--porcelain')).toBe(' M plans/a.md');
});

test('a commit of the person in the same moment: ours is given up, and the file is as it was', async () => {
  const place = driftingPlace();
  const writing = writingIn(place);
  const journal = await journalOf(place);
  replaceIn(place.path);
  const branch = await committableBranch(writing);
  git(place.root, 'commit', '--quiet', '--allow-empty', '--message=mine');
  expect(await rejection('contention', commitFiles(writing, branch, journal))).toContain('has moved on');
  expect(git(place.root, 'log', '-1', '--format=%s')).toBe('mine');
  expect(git(place.root, 'status', '--porcelain')).toBe('');
  expect(statusesIn(place.path)).toEqual(['todo']);
});

test('a file that fails does not stop the others', async () => {
  const place = driftingPlace();
  const other = place.commit('b.md', readFileSync(place.path));
  const files = [
    { path: place.path, name: 'plans/a.md', changes: [...CHANGES] },
    { path: other, name: 'b.md', changes: [{ id: 'T-9', from: 'todo', to: 'done' } as const] },
    { path: join(place.root, 'gone.md'), name: 'gone.md', changes: [...CHANGES] },
  ];
  const { fate, leftOut } = await writeBack(
    { ...writingIn(place), upstream: undefined, today: '2026-11-24' },
    files,
  );
  expect(fate).toBe('waits');
  expect([...leftOut.keys()]).toEqual([other, join(place.root, 'gone.md')]);
  expect(statusesIn(place.path)).toEqual(['done']);
});
