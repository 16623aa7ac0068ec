/** Remotes that refuse, hang, ask for a password, are full, or are hostile. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { start } from '../support/executable.js';
import { rejection } from '../support/failure.js';
import { git } from '../support/git.js';
import { serveHttp } from '../support/http-remote.js';
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
} from '../support/machines.js';
import { isSoak, rounds } from '../support/rounds.js';

async function ready(): Promise<{ remote: string; here: Machine }> {
  const remote = makeRemote();
  const here = makeMachine(remote);
  tell(here, 'cls', 'one');
  await setUpMachine(here);
  return { remote, here };
}

const isOnBranch = (remote: string, text: string): boolean =>
  git(remote, 'grep', '--fixed-strings', '--count', text, 'ledger') !== '';

test('a hook of the server that refuses is no contention: its words are told, and nothing is lost', async () => {
  const { remote, here } = await ready();
  const hook = join(remote, 'hooks/pre-receive');
  mkdirSync(dirname(hook), { recursive: true });
  writeFileSync(hook, '#!/bin/sh\necho "pushes are closed on Sundays" >&2\nexit 1\n');
  chmodSync(hook, 0o755);
  tell(here, 'cls', 'two');
  here.options.time = { ...here.options.time, sleep: () => Promise.resolve() };
  const message = await rejection('offline', sync(here));
  expect(message).toMatch(/^origin refuses the push: /);
  rmSync(hook);
  expect((await sync(here)).context.tally.sent).toBe(1);
});

test('a server whose disk is full refuses as well', async () => {
  const { remote, here } = await ready();
  git(remote, 'config', 'receive.maxInputSize', '10');
  tell(here, 'cls', 'two');
  expect(await rejection('offline', sync(here))).toMatch(/^(?:origin refuses the push: |.*nothing is lost)/);
  git(remote, 'config', '--unset', 'receive.maxInputSize');
  expect((await sync(here)).context.tally.sent).toBe(1);
});

test('a server that forbids to rewrite history refuses a compaction, and says so', async () => {
  const { remote, here } = await ready();
  git(remote, 'config', 'receive.denyNonFastForwards', 'true');
  tell(here, 'cls', 'two');
  const { environment } = here.options;
  const { status, messages } = await start('ledger-sync', ['--compact', '--yes'], {
    cwd: here.top,
    environment,
  }).ended;
  expect([status, messages]).toEqual([
    75,
    expect.stringMatching(/^ledger-sync: origin refuses to replace history: /),
  ]);
  expect(isOnBranch(remote, 'two')).toBe(true);
});

test('a server that takes the connection and never answers is given up, with everything that was started', async () => {
  const { here } = await ready();
  const sockets = new Set<Socket>();
  const ended: Promise<unknown>[] = [];
  const server = createServer(socket => {
    sockets.add(socket);
    socket.resume();
    ended.push(new Promise(resolve => socket.once('close', resolve)));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  git(here.top, 'remote', 'set-url', 'origin', `git://127.0.0.1:${port}/x.git`);
  here.options.sync = { ...here.options.sync, network_timeout_s: 0.3 };
  tell(here, 'cls', 'two');
  expect(await rejection('offline', sync(here))).toMatch(/took longer than 300 ms; nothing is lost/);
  expect(sockets.size).toBeGreaterThan(0);
  // The helpers that git had started hold the connections: they are gone as well.
  await Promise.all(ended);
  const { child, ended: isOver } = start('ledger-sync', [], {
    cwd: here.top,
    environment: here.options.environment,
  });
  const before = sockets.size;
  while (sockets.size === before) await new Promise(resolve => setTimeout(resolve, 20));
  child.kill('SIGTERM');
  expect((await isOver).signal).toBe('SIGTERM');
  await Promise.all(ended);
});

test('over HTTP: with a password, without one, with a wrong one', async () => {
  const remote = makeRemote();
  git(remote, 'config', 'http.receivepack', 'true');
  const { url, requests } = await serveHttp(dirname(remote), 'me:s3cret');
  const withSecret = url.replace('//', '//me:s3cret@');
  const here = makeMachine(withSecret);
  tell(here, 'cls', 'one');
  expect((await setUpMachine(here)).url).toBe(url);
  const before = requests();
  tell(here, 'cls', 'two');
  await sync(here);
  expect(isOnBranch(remote, 'two')).toBe(true);
  // What a push needs, and no other conversation.
  expect(requests() - before).toBeLessThanOrEqual(4);
  for (const wrong of [url, url.replace('//', '//me:wr0ng@')]) {
    git(here.top, 'remote', 'set-url', 'origin', wrong);
    tell(here, 'cls', 'three');
    const message = await rejection('offline', sync(here));
    expect(message).not.toMatch(/wr0ng|s3cret/);
  }
  git(here.top, 'remote', 'set-url', 'origin', withSecret);
  expect((await sync(here)).context.tally.sent).toBe(2);
});

/** The most memory a process ever had, MB; undefined where the system does not tell. */
function peakOf(pid: number): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

test('a flood from a hostile writer is survived in little memory, and nothing of it lands here', async () => {
  const { remote, here } = await ready();
  const size = rounds(16, 200) * 1024 * 1024;
  const flood = isSoak ? randomBytes(size) : Buffer.alloc(size, 'flood ');
  pushFiles(remote, {
    'g/ledger/cls/2026-11-24.far-1.jsonl': flood,
    'agents/cls/status.far-1.json': flood.subarray(0, size / 8),
    'claims/00/00000000000000000000000000000000.json': flood.subarray(0, size / 8),
  });
  const environment = { ...here.options.environment, LEDGER_SYNC_NETWORK_TIMEOUT_S: '300' };
  const { child, ended } = start('ledger-sync', [], { cwd: here.top, environment });
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid!) ?? 0);
  }, 5);
  const { status, messages } = await ended;
  clearInterval(watch);
  expect(status, messages).toBe(1);
  expect(messages).toMatch(
    /refused g\/ledger\/cls\/2026-11-24\.far-1\.jsonl of the branch: it is longer than/,
  );
  expect(peak).toBeLessThan(isSoak ? 160 : 120);
  expect(fileOn(here, 'g/ledger/cls/2026-11-24.far-1.jsonl')).toBeUndefined();
  tell(here, 'cls', 'life goes on');
  await sync(here);
  expect(isOnBranch(remote, 'life goes on')).toBe(true);
  expect((await receive(here)).context.tally.refused).toEqual([]);
});
