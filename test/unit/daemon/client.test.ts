/** The package's own client, built, as a program imports it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type Ledger } from 'agent-ledger';
import { expect, onTestFinished, test } from 'vitest';
import type { connect as source } from '../../../tools/lib/daemon/client.js';
import { CHECKOUT } from '../../house/source.js';
import { eventsIn } from '../../support/deliver.js';
import { temporaryDirectory } from '../../support/workspace.js';

interface Place {
  root: string;
  ledger: Ledger;
  daemon(verb: string): string;
}

async function openPlace(): Promise<Place> {
  const base = temporaryDirectory();
  const root = join(base, 'root');
  mkdirSync(join(root, 'g/ledger'), { recursive: true });
  mkdirSync(join(base, 'run'), { mode: 0o700 });
  const environment = { PATH: process.env.PATH, HOME: base, TZ: 'UTC', XDG_RUNTIME_DIR: join(base, 'run') };
  const daemon = (verb: string): string =>
    execFileSync(process.execPath, [join(CHECKOUT, 'dist/bin/ledgerd.cjs'), verb, '--json'], {
      ...{ cwd: root, env: environment, encoding: 'utf8' },
    });
  // What the package declares is what the source is.
  const declared: typeof source = connect;
  const ledger = await declared({ cwd: root, environment });
  onTestFinished(() => ledger.close());
  return { root, ledger, daemon };
}

const draft = (summary: string) => ({ agent: 'cls', event: 'info', task_id: 'T-1', source: 'test', summary });

test('it writes through the daemon, many at once, and through the executables where there is none', async () => {
  const { root, ledger, daemon } = await openPlace();
  expect(await ledger.write({ ...draft('alone'), data: { a: 1 } })).toMatchObject({ seq: 1, data: { a: 1 } });
  daemon('start');
  await ledger.write(draft('through the daemon'));
  const many = await Promise.all(
    Array.from({ length: 100 }, (_, index) => ledger.write(draft(`number ${index}`))),
  );
  expect(many.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, index) => index + 3));
  expect(JSON.parse(daemon('status')).served).toBeGreaterThanOrEqual(100);
  daemon('stop');
  expect(await ledger.write(draft('alone again'))).toMatchObject({ seq: 103 });
  expect(eventsIn(root)).toHaveLength(103);
});

test('a refusal is an error with its status, and other executables can be called', async () => {
  const { ledger, daemon } = await openPlace();
  daemon('start');
  await expect(ledger.write({ ...draft('x'), agent: 'Not a name' })).rejects.toMatchObject({
    message: expect.stringContaining('is not an agent name'),
    status: 65,
  });
  expect(await ledger.run('ledger-claim', ['acquire', 'T-1', '--agent-id', 'cls'])).toMatchObject({
    status: 0,
  });
  // Where the daemon was late, the executable has renewed what the daemon acquires; its event comes before it ends.
  daemon('stop');
  expect(await ledger.run('ledger-query', ['--count'])).toEqual({ status: 0, output: '1\n', messages: '' });
});

test('what is under way while the daemon is killed is there once', async () => {
  const { root, ledger, daemon } = await openPlace();
  daemon('start');
  await ledger.write(draft('first'));
  const { pid } = JSON.parse(daemon('status'));
  const writes = Array.from({ length: 12 }, (_, index) => ledger.write(draft(`number ${index}`)));
  process.kill(pid, 'SIGKILL');
  await Promise.all(writes);
  expect(new Set(eventsIn(root).map(({ summary }) => summary)).size).toBe(13);
  expect(eventsIn(root)).toHaveLength(13);
});
