import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Failure } from '../../../tools/lib/failure.js';
import { Exchanges } from '../../../tools/lib/work/exchanges.js';

/** A remote that answers when it is let. */
function open(everyMs = 1000) {
  const world = { nowMs: 0, begun: 0, rung: 0, said: [] as string[], isAway: false };
  let end: () => void = () => undefined;
  const exchanges = new Exchanges({
    everyMs,
    nowMs: () => world.nowMs,
    ring: () => world.rung++,
    warn: message => world.said.push(message),
    async exchange() {
      world.begun++;
      if (world.isAway) throw new Failure('offline', 'nobody answers');
      await new Promise<void>(resolve => {
        end = resolve;
      });
    },
  });
  const answer = async (): Promise<void> => {
    end();
    await pause(1);
  };
  return { world, exchanges, answer };
}

test('one exchange at a time, and what happened meanwhile goes out with the next', async () => {
  const { world, exchanges, answer } = open();
  exchanges.start();
  exchanges.tell();
  exchanges.start();
  await pause(1);
  expect(world).toMatchObject({ begun: 1, rung: 0 });
  expect(exchanges.isUnderWay()).toBe(true);
  await answer();
  expect(world).toMatchObject({ begun: 1, rung: 1 });
  expect(exchanges.isDue()).toBe(false);
  const finished = exchanges.finish();
  await pause(1);
  await answer();
  await finished;
  expect(world).toMatchObject({ begun: 2, said: [] });
});

test('what there is to tell goes out when the remote may be asked again', async () => {
  const { world, exchanges, answer } = open(20);
  exchanges.start();
  await answer();
  exchanges.tell();
  exchanges.tell();
  expect(world.begun).toBe(1);
  await pause(50);
  expect(world.begun).toBe(2);
  await answer();
  await exchanges.finish();
  expect(world.begun).toBe(2);
});

test('a remote that is away is named once, and asked at growing intervals', async () => {
  const { world, exchanges } = open();
  world.isAway = true;
  const dueMs: number[] = [];
  for (let round = 0; round < 6; round++) {
    exchanges.start();
    await pause(1);
    const from = world.nowMs;
    while (!exchanges.isDue()) world.nowMs += 1000;
    dueMs.push(world.nowMs - from);
  }
  expect(dueMs).toEqual([2000, 4000, 8000, 16_000, 16_000, 16_000]);
  expect(world.said).toEqual(['not exchanged with other machines: nobody answers']);
  exchanges.tell();
  await exchanges.finish();
  expect(world.said.at(-1)).toContain('with the next ledger-sync');
});

test('with nothing to tell there is no last exchange', async () => {
  const { world, exchanges } = open();
  await exchanges.finish();
  expect(world).toMatchObject({ begun: 0, said: [] });
});
