import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readText } from '../../../tools/lib/disk/read.js';
import { CLIENTS } from '../../../tools/lib/setup/clients/known.js';
import { planWiring, type Wiring, wire } from '../../../tools/lib/setup/wire.js';
import { temporaryDirectory, testClock } from '../../support/workspace.js';

/** Behaves as the real one: `-l` of no crontab ends with 1, `-` takes a new one from stdin. */
const CRONTAB = `#!/bin/sh
tab="$HOME/crontab"
case $1 in
  -l) [ -f "$tab" ] || { echo "no crontab for me" >&2; exit 1; }; cat "$tab" ;;
  -r) rm "$tab" ;;
  -) cat >"$tab.new" && mv "$tab.new" "$tab" ;;
  *) exit 2 ;;
esac
`;

function wiringOf(
  name: string,
  base = temporaryDirectory(),
  root = join(base, '50% "mine" & $yours'),
): Wiring {
  for (const directory of ['home', 'bin']) mkdirSync(join(base, directory), { recursive: true });
  for (const [file, text] of [
    ['crontab', CRONTAB],
    ['status-update', '#!/usr/bin/env node\nprocess.stdout.write(JSON.stringify(process.argv.slice(2)));\n'],
  ] as const) {
    writeFileSync(join(base, 'bin', file), text);
    chmodSync(join(base, 'bin', file), 0o755);
  }
  const home = join(base, 'home');
  const environment = { HOME: home, PATH: `${join(base, 'bin')}:/usr/bin:/bin` };
  return {
    client: CLIENTS.find(client => client.name === name)!,
    context: { home, project: base, environment, scope: 'user', root, agent: undefined, read: readText },
    memory: { directory: join(base, 'state'), clock: testClock() },
    installation: { bin: join(base, 'bin'), suffix: '', node: dirname(process.execPath), package: base },
  };
}

const removal = (wiring: Wiring): Wiring => ({ ...wiring, installation: undefined });
const crontabOf = ({ context }: Wiring): string => join(context.home, 'crontab');

test.each([
  ['no crontab', undefined],
  ['an empty crontab', ''],
  ["somebody's crontab", 'MAILTO=me\n# mine\n0 5 * * * backup\n'],
  ['a crontab without a final newline', '0 5 * * * backup'],
])('cron: %s gets our block, once, and is as it was without it', (_what, before) => {
  const wiring = wiringOf('cron');
  if (before !== undefined) writeFileSync(crontabOf(wiring), before);
  planWiring(wiring);
  expect(readText(crontabOf(wiring))).toBe(before);
  wire(wiring);
  const after = readFileSync(crontabOf(wiring), 'utf8');
  expect(after.startsWith(before ?? '')).toBe(true);
  expect(after.match(/^\*\/5 /gm)).toHaveLength(1);
  expect(wire(wiring).changes).toEqual([]);
  wire(removal(wiring));
  expect(readText(crontabOf(wiring))).toBe(before);
});

test('cron: the line does what it says, in the shell and environment that cron has', () => {
  const wiring = wiringOf('cron');
  wire(wiring);
  const line = /^\*\/5 \* \* \* \* (.*) >\/dev\/null 2>&1$/m.exec(
    readFileSync(crontabOf(wiring), 'utf8'),
  )![1]!;
  // cron makes a newline of a bare `%`, and a `%` of one with a backslash.
  expect(line.replaceAll('\\%', '')).not.toContain('%');
  const ran = spawnSync('/bin/sh', ['-c', line.replaceAll('\\%', '%')], {
    env: { HOME: wiring.context.home, PATH: '/usr/bin:/bin' },
    encoding: 'utf8',
  });
  expect(JSON.parse(ran.stdout)).toEqual(['cls', '--heartbeat', '--root', wiring.context.root]);
});

test('cron: an edit by the person survives, and agents and roots do not mix', () => {
  const wiring = wiringOf('cron');
  const other = { ...wiring, context: { ...wiring.context, agent: 'andy' } };
  wire(wiring);
  wire(other);
  const both = readFileSync(crontabOf(wiring), 'utf8');
  writeFileSync(crontabOf(wiring), `# new\n${both}`);
  wire(removal(wiring));
  expect(readFileSync(crontabOf(wiring), 'utf8')).toMatch(
    /^# new\n# >>> agent-ledger heartbeat andy-[0-9a-f]{8} >>>\n/,
  );
  wire(removal(other));
  expect(readFileSync(crontabOf(wiring), 'utf8')).toBe('# new\n');
});

test('cron: of two timers one can go, in any order', () => {
  for (const isFirst of [true, false]) {
    const wiring = wiringOf('cron');
    const other = { ...wiring, context: { ...wiring.context, agent: 'andy' } };
    writeFileSync(crontabOf(wiring), '# mine');
    wire(wiring);
    wire(other);
    wire(removal(isFirst ? wiring : other));
    expect(readFileSync(crontabOf(wiring), 'utf8')).toContain(
      isFirst ? 'andy --heartbeat' : 'cls --heartbeat',
    );
    wire(removal(isFirst ? other : wiring));
    expect(readFileSync(crontabOf(wiring), 'utf8')).not.toContain('heartbeat');
  }
});

test('cron: an interval that the person changed is put back by wiring again', () => {
  const wiring = wiringOf('cron');
  wire(wiring);
  const text = readFileSync(crontabOf(wiring), 'utf8');
  writeFileSync(crontabOf(wiring), `a\n${text.replace('*/5', '*/1')}b\n`);
  wire(wiring);
  expect(readFileSync(crontabOf(wiring), 'utf8')).toBe(`a\n${text}b\n`);
});

test('cron: without the command it says what else there is; a refusal is passed on', () => {
  const wiring = wiringOf('cron');
  rmSync(join(dirname(wiring.context.home), 'bin/crontab'));
  const bare = {
    ...wiring.context,
    environment: { ...wiring.context.environment, PATH: join(wiring.context.home, 'none') },
  };
  expect(() => planWiring({ ...wiring, context: bare })).toThrow(
    expect.objectContaining({ kind: 'setup', message: expect.stringMatching(/systemd/) }),
  );
  const refusing = join(dirname(wiring.context.home), 'bin/crontab');
  writeFileSync(refusing, '#!/bin/sh\necho "you are not allowed" >&2\nexit 5\n');
  chmodSync(refusing, 0o755);
  expect(() => planWiring(wiring)).toThrow(
    expect.objectContaining({ kind: 'unsafe', message: expect.stringMatching(/you are not allowed/) }),
  );
});

test('cron: a crontab that changes at the same moment is left alone', () => {
  const wiring = wiringOf('cron');
  writeFileSync(crontabOf(wiring), 'a\n');
  const notes = () => {
    writeFileSync(crontabOf(wiring), 'b\n');
    return [];
  };
  expect(() => wire({ ...wiring, client: { ...wiring.client, notes } })).toThrow(
    expect.objectContaining({ kind: 'contention' }),
  );
  expect(readFileSync(crontabOf(wiring), 'utf8')).toBe('b\n');
});

test.each([
  ['launchd', 'Library/LaunchAgents', ['plist']],
  ['systemd', '.config/systemd/user', ['service', 'timer']],
])('%s: its files are made, once, and go', (name, directory, kinds) => {
  const wiring = wiringOf(name);
  wire(wiring);
  const names = readdirSync(join(wiring.context.home, directory));
  expect(names.map(file => file.split('.').at(-1))).toEqual(kinds);
  const { changes, notes } = wire(wiring);
  expect([changes, notes]).toEqual([[], []]);
  const removed = wire(removal(wiring));
  expect(removed.notes).toEqual([expect.stringMatching(/^stop it first: /)]);
  expect(existsSync(join(wiring.context.home, directory))).toBe(false);
});

test('launchd: a path with special characters is one argument', () => {
  const wiring = wiringOf('launchd');
  wire(wiring);
  const directory = join(wiring.context.home, 'Library/LaunchAgents');
  const text = readFileSync(join(directory, readdirSync(directory)[0]!), 'utf8');
  expect(text).toContain('50% "mine" &amp; $yours</string>');
  expect(text.match(/<string>/g)).toHaveLength(6);
});

test('systemd: a path with special characters is one argument', () => {
  const wiring = wiringOf('systemd');
  wire(wiring);
  const directory = join(wiring.context.home, '.config/systemd/user');
  const text = readFileSync(join(directory, readdirSync(directory)[0]!), 'utf8');
  expect(text).toContain('--root "');
  expect(text).toContain('50%% \\"mine\\" & $$yours"\n');
});

test.each(['cron', 'launchd', 'systemd'])('%s: a root that cannot stand in its file is refused', name => {
  expect(() => planWiring(wiringOf(name, undefined, '/a\n* * * * * evil'))).toThrow(
    expect.objectContaining({ kind: 'data' }),
  );
});
