/** ledgerd on a disk that is full, or that fails to sync: who is answered 74 knows it, and who is answered 0 has it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { exchange } from '../../tools/lib/daemon/exchange.js';
import { encodeRequest, type Reply } from '../../tools/lib/daemon/request.js';
import { uuidV7 } from '../../tools/lib/record/ids.js';
import { temporaryDirectory } from '../support/workspace.js';
import { eventsOf, faultPlace, findingsIn, type Place } from './place.js';
import { smallDisk } from './small-disk.js';
import { canTrace } from './strace.js';

const LEDGERD = fileURLToPath(new URL('../../dist/bin/ledgerd.cjs', import.meta.url));

/** Asks the daemon to write. @returns status and messages */
async function write(place: Place, socket: string, args: string[]): Promise<[Reply['status'], string]> {
  const { root: cwd, environment } = place;
  const call = { name: 'ledger-write', argv: args, cwd, environment, terminals: '', columns: 80 };
  const reply = await exchange(socket, encodeRequest({ ...call, input: undefined }), 10_000);
  expect(reply).toBeDefined();
  const said = Buffer.concat(reply!.prints.map(({ bytes }) => bytes)).toString();
  return [reply!.status, said];
}

const socketOf = (place: Place): string =>
  JSON.parse(place.run('ledgerd', ['status', '--json']).output).socket;

test('a disk that fills up while it serves', async context => {
  const disk = smallDisk();
  if (disk === undefined) return context.skip('needs the right to mount');
  const place = faultPlace(disk.path);
  expect(place.run('ledgerd', ['start']).status).toBe(0);
  onTestFinished(() => void place.run('ledgerd', ['stop']));
  const socket = socketOf(place);
  const acknowledged: string[] = [];
  const sizes = [...Array<number>(9).fill(50_000), ...Array<number>(40).fill(2000)];
  const answers = await Promise.all(
    sizes.map((size, index) =>
      write(place, socket, [
        'cls',
        'info',
        'T-1',
        'test',
        `${index}`,
        JSON.stringify({ x: 'x'.repeat(size) }),
      ]),
    ),
  );
  for (const [index, [status, said]] of answers.entries()) {
    if (status === 0) acknowledged.push(String(index));
    else expect([status, said]).toEqual([74, expect.stringMatching(/^ledger-write: cannot .*no space left/)]);
  }
  expect(
    eventsOf(place)
      .map(({ summary }) => summary)
      .sort(),
  ).toEqual(acknowledged.sort());
  disk.grow();
  expect(await write(place, socket, ['cls', 'info', 'T-1', 'test', 'again'])).toEqual([0, '']);
  expect(eventsOf(place)).toHaveLength(acknowledged.length + 1);
  expect(findingsIn(place)).toBe('');
});

test.skipIf(!canTrace)(
  'a sync that fails is told, and the same event is there once (needs strace)',
  async () => {
    const place = faultPlace(temporaryDirectory());
    place.run('ledger-write', ['cls', 'info', 'T-0', 'test', 'the first']);
    const traced = spawn(
      'strace',
      ['-f', '-qq', '-o', '/dev/null', '-e', 'inject=fsync:error=EIO', process.execPath, LEDGERD, 'run'],
      { cwd: place.root, env: place.environment, stdio: 'ignore' },
    );
    const ended = once(traced, 'close');
    while (!place.run('ledgerd', ['status', '--json']).output.includes('"pid"'));
    const socket = socketOf(place);
    const events = Array.from({ length: 5 }, (_, index) => ['--id', uuidV7(Date.now()), `number ${index}`]);
    const args = ([option, id, summary]: string[]) => [option!, id!, 'cls', 'info', 'T-1', 'test', summary!];
    for (const [status, said] of await Promise.all(events.map(event => write(place, socket, args(event)))))
      expect([status, said]).toEqual([74, expect.stringMatching(/^ledger-write: cannot sync .*EIO/)]);
    place.run('ledgerd', ['stop']);
    await ended;
    for (const event of events) expect(place.run('ledger-write', args(event)).status).toBe(0);
    expect(eventsOf(place).map(({ id }) => id)).toEqual([expect.anything(), ...events.map(([, id]) => id)]);
  },
);
