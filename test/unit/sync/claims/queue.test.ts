/** Callers on one machine that share a push, with the real queue of the control plane. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makePrivate } from '../../../../tools/lib/disk/directory.js';
import { createFile } from '../../../../tools/lib/disk/replace.js';
import { Failure } from '../../../../tools/lib/failure.js';
import { uuidV7 } from '../../../../tools/lib/record/ids.js';
import type { Outcome, Wish } from '../../../../tools/lib/sync/claims/ports.js';
import { askTogether, type Served } from '../../../../tools/lib/sync/claims/queue.js';
import { openWishQueue } from '../../../../tools/lib/sync/claims/wish-queue.js';
import { timeOf } from '../../../../tools/lib/sync/open.js';
import { ownerNamed } from '../../../support/claims.js';
import { temporaryWorkspace } from '../../../support/workspace.js';

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

function wish(taskId: string): Wish {
  const id = uuidV7(Date.now());
  const request = { kind: 'acquire', lease_id: id, ttl_s: 60, reason: null, reopens: false } as const;
  return { id, taskId, owner: ownerNamed('cls'), request };
}

function queueIn() {
  const workspace = temporaryWorkspace();
  const time = timeOf({ nowMs: Date.now, offsetMinutes: () => 0, sleepMs: () => undefined });
  const batches: string[][] = [];
  let takesMs = 30;
  const serve = async (wishes: Wish[]): Promise<Map<string, Outcome>> => {
    batches.push(wishes.map(({ taskId }) => taskId));
    await pause(takesMs);
    const outcome = (warning: string): Outcome => ({ ops: [], lease: undefined, warning });
    return new Map(wishes.map(({ id, taskId }) => [id, outcome(taskId)]));
  };
  const served = (of: Partial<Served> = {}): Served => ({
    ...{ queue: openWishQueue(workspace), time, serve, isAlone: false, deadlineMs: Date.now() + 5000 },
    ...of,
  });
  const left = (): string[] =>
    ['requests', 'answers'].flatMap(name => {
      const directory = join(workspace.control, 'sync', name);
      return existsSync(directory) ? readdirSync(directory) : [];
    });
  const slow = (ms: number): void => {
    takesMs = ms;
  };
  return { served, batches, left, slow, requests: join(workspace.control, 'sync/requests') };
}

test('who comes while others are served is served with all the others, and gets its own answer', async () => {
  const { served, batches, left } = queueIn();
  const tasks = Array.from({ length: 12 }, (_, number) => `T-${number}`);
  const outcomes = await Promise.all(tasks.map(task => askTogether(wish(task), served())));
  expect(outcomes.map(outcome => 'warning' in outcome && outcome.warning)).toEqual(tasks);
  expect(batches.length).toBeLessThan(5);
  expect(batches.flat().sort()).toEqual([...tasks].sort());
  expect(left()).toEqual([]);
});

test('who comes between two tries is served by the next, or by itself', async () => {
  const { served, batches, left } = queueIn();
  const base = served();
  const serve: Served['serve'] = async (wishes, more) => {
    await pause(60);
    const come = more();
    expect(more()).toEqual([]);
    // As if the first try had landed after all: what came later is not in it.
    return base.serve([...wishes, ...come.filter(({ taskId }) => taskId !== 'T-3')], more);
  };
  const first = askTogether(wish('T-1'), served({ serve }));
  const others = ['T-2', 'T-3'].map(task => askTogether(wish(task), served()));
  const outcomes = await Promise.all([first, ...others]);
  expect(outcomes.map(outcome => 'warning' in outcome && outcome.warning)).toEqual(['T-1', 'T-2', 'T-3']);
  expect(batches.map(batch => batch.sort())).toEqual([['T-1', 'T-2'], ['T-3']]);
  expect(left()).toEqual([]);
});

test('a failure is everybody’s', async () => {
  const { served } = queueIn();
  const serve = async (): Promise<never> => {
    await pause(60);
    throw new Failure('rewound', 'gone');
  };
  const asked = ['T-1', 'T-2', 'T-3'].map(task => askTogether(wish(task), served({ serve })));
  for (const result of await Promise.allSettled(asked))
    expect(result).toMatchObject({ status: 'rejected', reason: { kind: 'rewound', message: 'gone' } });
});

test('who gives up before it was taken is never served; once taken it waits for its answer', async () => {
  const { served, batches, slow } = queueIn();
  slow(250);
  const first = askTogether(wish('T-1'), served());
  const gaveUp = askTogether(wish('T-2'), served({ deadlineMs: 0 }));
  await expect(gaveUp).rejects.toMatchObject({ kind: 'contention' });
  const second = askTogether(wish('T-3'), served());
  await first;
  // Taken with the deadline over: the answer is what counts.
  const third = askTogether(wish('T-4'), served({ deadlineMs: Date.now() + 100 }));
  await Promise.allSettled([second, third]);
  expect(batches.flat()).not.toContain('T-2');
});

test('what the dead have left is not served; what a dead server took is served again', async () => {
  const { served, batches, left, requests } = queueIn();
  await askTogether(wish('T-1'), served());
  makePrivate(requests);
  const dead = wish('T-dead');
  // Nobody holds the lock on it.
  createFile(join(requests, `${dead.id}.json`), JSON.stringify(dead));
  await askTogether(wish('T-2'), served());
  expect(batches).toEqual([['T-1'], ['T-2']]);
  expect(left()).toEqual([]);
  const { queue } = served();
  const waiting = wish('T-3');
  queue.leave(waiting);
  for (const server of [served(), served()])
    expect(server.queue.take().map(({ taskId }) => taskId)).toEqual(['T-3']);
  expect(queue.withdraw(waiting.id)).toBe(false);
  queue.forget(waiting.id);
  expect(left()).toEqual([]);
});
