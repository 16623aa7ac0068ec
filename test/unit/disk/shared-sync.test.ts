import { appendFileSync, closeSync, openSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SharedSync } from '../../../tools/lib/disk/shared-sync.js';
import { temporaryDirectory } from '../../support/workspace.js';

const failed = (error: unknown): never => {
  throw error;
};

/** Appends as `appendBytes` does, and notes it. */
function appendTo(path: string, syncs: SharedSync, isUrgent = false): void {
  const fd = openSync(path, 'a');
  appendFileSync(fd, 'x\n');
  syncs.note(path, fd, { isNew: false, isUrgent });
  closeSync(fd);
}

test('nothing has to be waited for before something was appended, and after it was synced', async () => {
  const syncs = new SharedSync(false, failed);
  expect(syncs.settled()).toBeUndefined();
  appendTo(join(temporaryDirectory(), 'a'), syncs);
  await syncs.settled();
  expect(syncs.settled()).toBeUndefined();
});

test('who comes while a sync is under way waits for it, and for the next when it has appended itself', async () => {
  const syncs = new SharedSync(false, failed);
  const path = join(temporaryDirectory(), 'a');
  const order: string[] = [];
  const note = (name: string) => () => order.push(name);
  appendTo(path, syncs);
  const first = syncs.settled()!.then(note('first'));
  await new Promise(resolve => setImmediate(() => setImmediate(resolve)));
  const idle = syncs.settled()?.then(note('idle'));
  appendTo(path, syncs);
  const second = syncs.settled()!.then(note('second'));
  await Promise.all([first, idle, second]);
  expect(order.indexOf('second')).toBe(order.length - 1);
});

test('relaxed, only what is urgent is waited for, and everything is synced all the same', async () => {
  const syncs = new SharedSync(true, failed);
  const path = join(temporaryDirectory(), 'a');
  appendTo(path, syncs);
  expect(syncs.settled()).toBeUndefined();
  appendTo(path, syncs, true);
  await expect(syncs.settled()).resolves.toBeUndefined();
  appendTo(path, syncs);
  expect(syncs.settled()).toBeUndefined();
  await syncs.durable();
  expect(syncs.durable()).toBeUndefined();
});

test('relaxed, what comes while a sync is under way gathers for the next one', async () => {
  const directory = temporaryDirectory();
  const syncs = new SharedSync(true, failed);
  appendTo(join(directory, 'a'), syncs);
  const first = syncs.durable()!;
  await new Promise(resolve => setImmediate(() => setImmediate(resolve)));
  appendTo(join(directory, 'a'), syncs);
  await first;
  // A sync of its own, at once, would be what `durable` gives back where nothing is noted any more.
  appendTo(join(directory, 'b'), syncs);
  expect(syncs.isSyncing).toBe(false);
  await syncs.durable();
});

test('a file that took the name of another one is synced itself, and none is held open for ever', async () => {
  const syncs = new SharedSync(false, failed);
  const directory = temporaryDirectory();
  const path = join(directory, 'a');
  appendTo(path, syncs);
  renameSync(path, join(directory, 'b'));
  appendTo(path, syncs);
  await syncs.settled();
  const before = openDescriptors();
  syncs.sweep();
  syncs.sweep();
  expect(openDescriptors()).toBeLessThan(before);
});

/** Both Linux and macOS list them here. */
const openDescriptors = (): number => readdirSync('/dev/fd').length;
