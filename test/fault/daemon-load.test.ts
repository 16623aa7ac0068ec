/** ledgerd under load: more clients than it takes, and what it keeps of those that have gone. */
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { exchange } from '../../tools/lib/daemon/exchange.js';
import { encodeRequest } from '../../tools/lib/daemon/request.js';
import { isSoak, rounds } from '../support/rounds.js';
import { eventsOf, faultPlace, findingsIn, type Place } from './place.js';

interface Serving extends Place {
  socket: string;
  facts(): { pid: number; rss_bytes: number; clients: number };
}

function servingPlace(): Serving {
  const place = faultPlace();
  place.run('ledgerd', ['start']);
  onTestFinished(() => void place.run('ledgerd', ['stop']));
  const facts = () => JSON.parse(place.run('ledgerd', ['status', '--json']).output);
  return { ...place, socket: facts().socket, facts };
}

/** Writes with a connection of its own. @returns whether it was acknowledged */
async function write({ root: cwd, environment, socket }: Serving, summary: string): Promise<boolean> {
  const argv = ['cls', 'info', 'T-1', 'test', summary];
  const call = { name: 'ledger-write', argv, cwd, environment, terminals: '', columns: 80, input: undefined };
  return (await exchange(socket, encodeRequest(call), 10_000))?.status === 0;
}

/** Its descriptors, once those who have gone are forgotten. */
function countDescriptors({ facts }: Serving): number {
  while (facts().clients > 1);
  return readdirSync(`/proc/${facts().pid}/fd`).length;
}

test('a flood of clients: those it takes are served, the others turned away, and then all is as before', async () => {
  const place = servingPlace();
  const idle = Array.from({ length: 700 }, () => connect(place.socket).on('error', () => undefined));
  await Promise.all(idle.map(client => Promise.race([once(client, 'connect'), once(client, 'close')])));
  const outcomes = await Promise.all(Array.from({ length: 50 }, (_, index) => write(place, `${index}`)));
  for (const client of idle) client.destroy();
  while (place.facts().clients > 1);
  expect(await write(place, 'afterwards')).toBe(true);
  expect(eventsOf(place)).toHaveLength(outcomes.filter(Boolean).length + 1);
});

test.skipIf(!existsSync('/proc/self/fd'))('memory and descriptors stay as they are', async () => {
  const place = servingPlace();
  const round = async (): Promise<void> => {
    const outcomes = await Promise.all(Array.from({ length: 100 }, (_, index) => write(place, `${index}`)));
    expect(outcomes).not.toContain(false);
  };
  for (let count = 0; count < rounds(2, 300); count++) await round();
  const before = place.facts();
  const descriptors = countDescriptors(place);
  for (let count = 0; count < rounds(3, 3000); count++) await round();
  expect(countDescriptors(place)).toBeLessThanOrEqual(descriptors + 2);
  // A young heap grows; what counts is that a grown one does not.
  if (isSoak) expect(place.facts().rss_bytes).toBeLessThan(before.rss_bytes * 1.1);
  expect(findingsIn(place)).toBe('');
});
