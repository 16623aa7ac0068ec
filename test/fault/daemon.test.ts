/**
 * ledgerd killed in the middle of things. What was acknowledged is there; what a caller hands over to the executable
 * under the same id is there once; and the day is whole.
 */
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { encodeRequest } from '../../tools/lib/daemon/request.js';
import { uuidV7 } from '../../tools/lib/record/ids.js';
import { rounds, seededBelow } from '../support/rounds.js';
import { eventsOf, faultPlace, findingsIn, type Place } from './place.js';

const PLUGIN = fileURLToPath(new URL('../../tools/zsh/agent-ledger.plugin.zsh', import.meta.url));
const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
const started = new Set<Place>();

afterAll(() => {
  for (const place of started) place.run('ledgerd', ['stop']);
});

/** A place whose daemon can be killed. */
function daemonPlace(): Place & { pid(): number; socket: string } {
  const place = faultPlace();
  started.add(place);
  place.run('ledger-write', ['cls', 'info', 'T-0', 'test', 'the first']);
  place.run('ledgerd', ['start']);
  const facts = JSON.parse(place.run('ledgerd', ['status', '--json']).output);
  return {
    ...place,
    socket: facts.socket,
    pid: () => JSON.parse(place.run('ledgerd', ['status', '--json']).output).pid,
  };
}

/** Sends the first bytes of a request, and kills the daemon `afterMs` later. @returns what it has answered */
async function sendAndKill(
  place: ReturnType<typeof daemonPlace>,
  bytes: Buffer,
  afterMs: number,
): Promise<string> {
  const pid = place.pid();
  const client = connect(place.socket);
  let answer = '';
  client.on('error', () => undefined);
  client.on('data', chunk => {
    answer += chunk;
  });
  const closed = new Promise(resolve => client.once('close', resolve));
  client.write(bytes);
  await pause(afterMs);
  process.kill(pid, 'SIGKILL');
  await closed;
  return answer;
}

test('killed at any byte of a request, and at any moment after it: the event is there once', async () => {
  const below = seededBelow(71);
  const place = daemonPlace();
  for (let round = 0; round < rounds(6, 300); round++) {
    const id = uuidV7(Date.now());
    const args = ['--id', id, 'cls', 'info', 'T-1', 'test', `round ${round}`];
    const { root: cwd, environment } = place;
    const request = encodeRequest({
      ...{ name: 'ledger-write', argv: args, cwd, environment, terminals: '', columns: 80, input: undefined },
    });
    const isWhole = round % 2 === 0;
    const answer = await sendAndKill(
      place,
      isWhole ? request : request.subarray(0, below(request.length)),
      isWhole ? below(4) : 5,
    );
    if (answer.includes('4:1:0,,')) expect(eventsOf(place).filter(event => event.id === id)).toHaveLength(1);
    expect(place.run('ledger-write', args)).toMatchObject({ status: 0, messages: '' });
    expect(eventsOf(place).filter(event => event.id === id)).toHaveLength(1);
    place.run('ledgerd', ['start']);
  }
  expect(findingsIn(place)).toBe('');
});

test('a shell that writes in a loop loses nothing and doubles nothing while daemons come and go', async () => {
  const below = seededBelow(72);
  const place = daemonPlace();
  const writes = rounds(60, 5000);
  const code = `source ${PLUGIN}; for i in {1..${writes}}; do ledger-write cls info T-1 test "number $i" || exit; done`;
  const path = `${join(fileURLToPath(new URL('../../dist/path', import.meta.url)))}:${process.env.PATH}`;
  const shell = spawn('zsh', ['-f', '-c', code], {
    cwd: place.root,
    env: { ...place.environment, PATH: path },
  });
  let said = '';
  shell.stderr.on('data', chunk => {
    said += chunk;
  });
  const ended = new Promise(resolve => shell.once('close', resolve));
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  while (!isOver) {
    await pause(20 + below(150));
    const answer = place.run('ledgerd', ['status', '--json']).output;
    if (answer.includes('"pid"')) process.kill(JSON.parse(answer).pid, 'SIGKILL');
    place.run('ledgerd', ['start']);
  }
  expect([await ended, said]).toEqual([0, '']);
  const summaries = eventsOf(place).map(event => event.summary);
  expect(summaries.slice(1)).toEqual(Array.from({ length: writes }, (_, index) => `number ${index + 1}`));
  expect(findingsIn(place)).toBe('');
});
