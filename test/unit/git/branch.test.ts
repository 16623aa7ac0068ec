/** Commits, pushes and fetches of a branch that is never checked out, with the real git. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildCommit, type FileChange } from '../../../tools/lib/git/build-commit.js';
import { fetchBranch, lookAtBranch } from '../../../tools/lib/git/fetch.js';
import { startGit } from '../../../tools/lib/git/process.js';
import { pushCommit } from '../../../tools/lib/git/push.js';
import { readAnswers } from '../../../tools/lib/git/reader.js';
import {
  deleteRef,
  isAncestor,
  listRefs,
  readRef,
  remoteUrl,
  writeRef,
} from '../../../tools/lib/git/refs.js';
import { openRepository, type Repository } from '../../../tools/lib/git/repository.js';
import { changesBetween, listTree, readBlobs } from '../../../tools/lib/git/tree.js';
import { git, makeRepository } from '../../support/git.js';
import { temporaryDirectory } from '../../support/workspace.js';

const OUTBOX = 'refs/ledger/w-1/outbox';
const SEEN = 'refs/ledger/w-1/seen';

function machine(top: string, networkTimeoutMs = 20_000): Repository {
  return openRepository(join(top, '.git'), { environment: process.env, networkTimeoutMs });
}

/** A remote and a clone of it with one commit. */
function world(): { remote: string; top: string; here: Repository } {
  const directory = temporaryDirectory();
  const remote = join(directory, 'remote.git');
  git('/', 'init', '--quiet', '--bare', remote);
  const top = makeRepository(join(directory, 'a'));
  git(top, 'remote', 'add', 'origin', '../remote.git');
  return { remote, top, here: machine(top) };
}

async function commit(here: Repository, parent: string | undefined, changes: FileChange[], message = 'x') {
  const made = await buildCommit(here, { parent, ref: OUTBOX }, () => ({
    message,
    whenMs: 1e12,
    name: 'w',
    changes,
  }));
  return made!;
}

const origin = { remote: 'origin', branch: 'ledger' };

test('a commit is built on another, read back, pushed and fetched', async () => {
  const { here } = world();
  expect(await lookAtBranch(here, origin)).toBeUndefined();
  expect(await fetchBranch(here, { ...origin, ref: SEEN })).toBeUndefined();
  const bytes = Buffer.from([0, 10, 255, 13, 10]);
  const first = await commit(here, undefined, [
    { path: 'claims/ab/x "y"\\.json', content: bytes },
    { path: 'gone', content: 'a' },
  ]);
  expect(await pushCommit(here, { ...origin, commit: first, expected: undefined })).toMatchObject({
    outcome: 'landed',
  });
  let seen: unknown;
  const second = await buildCommit(here, { parent: first, ref: OUTBOX }, async tree => {
    seen = [
      await tree.read('claims/ab/x "y"\\.json', 10),
      await tree.read('claims', 10),
      await tree.read('none', 10),
    ];
    return { message: 'two', whenMs: 1e12, name: 'w', changes: [{ path: 'gone', content: null }] };
  });
  expect(seen).toEqual([bytes, undefined, undefined]);
  expect(await pushCommit(here, { ...origin, commit: second!, expected: first })).toMatchObject({
    outcome: 'landed',
  });
  expect(await fetchBranch(here, { ...origin, ref: SEEN })).toBe(second);
  expect(await isAncestor(here, first, second!)).toBe(true);
  expect(await isAncestor(here, second!, first)).toBe(false);
  const [file] = await listTree(here, second!);
  expect(file).toMatchObject({ path: 'claims/ab/x "y"\\.json', mode: '100644' });
  expect(await changesBetween(here, first, second!)).toMatchObject([{ path: 'gone', kind: 'removed' }]);
  const blobs = [];
  for await (const blob of readBlobs(here, [file!.id, file!.id], 4)) blobs.push(blob.content);
  for await (const blob of readBlobs(here, [file!.id], 5)) blobs.push(blob.content);
  expect(blobs).toEqual([undefined, undefined, bytes]);
});

test('the loser of a race is refused, whatever its commit says', async () => {
  const { here, top, remote } = world();
  const base = await commit(here, undefined, [{ path: 'a', content: '0' }]);
  await pushCommit(here, { ...origin, commit: base, expected: undefined });
  git('/', 'clone', '--quiet', '--branch=ledger', remote, join(top, '../b'));
  const there = machine(join(top, '../b'));
  const ours = await commit(here, base, [{ path: 'a', content: '1' }]);
  const theirs = await commit(there, base, [{ path: 'a', content: '2' }]);
  expect((await pushCommit(there, { ...origin, commit: theirs, expected: base })).outcome).toBe('landed');
  expect((await pushCommit(here, { ...origin, commit: ours, expected: base })).outcome).toBe('refused');
  expect((await pushCommit(here, { ...origin, commit: ours, expected: undefined })).outcome).toBe('refused');
  expect(await lookAtBranch(here, origin)).toBe(theirs);
});

test('a remote that is gone, one that hangs, and a hook that refuses', async () => {
  const { here, top, remote } = world();
  const made = await commit(here, undefined, [{ path: 'a', content: '0' }]);
  mkdirSync(join(remote, 'hooks'), { recursive: true });
  writeFileSync(join(remote, 'hooks/pre-receive'), '#!/bin/sh\necho no >&2\nexit 1\n', { mode: 0o755 });
  const refused = await pushCommit(here, { ...origin, commit: made, expected: undefined });
  expect(refused.outcome).toBe('refused');
  expect(await lookAtBranch(here, origin)).toBeUndefined();
  writeFileSync(join(remote, 'hooks/pre-receive'), '#!/bin/sh\nsleep 30\n', { mode: 0o755 });
  const slow = await pushCommit(machine(top, 500), { ...origin, commit: made, expected: undefined });
  expect(slow.outcome).toBe('unknown');
  rmSync(remote, { recursive: true });
  expect((await pushCommit(here, { ...origin, commit: made, expected: undefined })).outcome).toBe('unknown');
  await expect(fetchBranch(here, { ...origin, ref: SEEN })).rejects.toMatchObject({
    kind: 'offline',
    isRetryable: true,
  });
  await expect(lookAtBranch(here, origin)).rejects.toMatchObject({ kind: 'offline' });
});

test('refs of ours are set, listed and forgotten', async () => {
  const { here } = world();
  const made = await commit(here, undefined, [{ path: 'a', content: '0' }]);
  await writeRef(here, SEEN, made);
  expect(await listRefs(here, 'refs/ledger/')).toEqual(
    new Map([
      [OUTBOX, made],
      [SEEN, made],
    ]),
  );
  await deleteRef(here, SEEN);
  expect(await readRef(here, SEEN)).toBeUndefined();
  await expect(deleteRef(here, 'refs/heads/main')).rejects.toMatchObject({ kind: 'unsafe' });
  expect(await remoteUrl(here, 'origin')).toBe('../remote.git');
  expect(await remoteUrl(here, 'nobody')).toBeUndefined();
});

test('what the caller throws while it decides leaves nothing behind', async () => {
  const { here } = world();
  const wrong = new Error('no');
  await expect(
    buildCommit(here, { parent: undefined, ref: OUTBOX }, () => Promise.reject(wrong)),
  ).rejects.toBe(wrong);
  expect(await readRef(here, OUTBOX)).toBeUndefined();
  expect(await buildCommit(here, { parent: undefined, ref: OUTBOX }, () => undefined)).toBeUndefined();
});

test('what is far too long is not unpacked, and what follows it is read', async () => {
  const { here } = world();
  const long = Buffer.alloc(12 * 1024 * 1024, 'long');
  const made = await commit(here, undefined, [
    { path: 'a\tb', content: 'first' },
    { path: 'long', content: long },
    { path: 'other', content: long.subarray(1) },
    { path: 'z', content: 'last' },
  ]);
  const files = await listTree(here, made);
  expect(files.map(({ path }) => path)).toEqual(['a\tb', 'long', 'other', 'z']);
  const read: unknown[] = [];
  const ids = files.map(({ id }) => id);
  for await (const { content, size } of readBlobs(here, ids, 10)) read.push([content?.toString(), size]);
  expect(read).toEqual([
    ['first', 5],
    [undefined, long.length],
    [undefined, long.length - 1],
    ['last', 4],
  ]);
  // Killed with output that nobody has read: over at once, not when its time is.
  const unread = startGit(['cat-file', '--batch'], here.local);
  unread.stdin.end(`${files[1]!.id}\n`);
  const answers = readAnswers(unread.stdout, () => '');
  expect(await answers.line()).toMatch(/ blob \d+$/);
  unread.kill();
  expect(await unread.status).toBe(128);
  await expect(answers.bytes(long.length)).rejects.toMatchObject({ kind: 'disk' });
});
