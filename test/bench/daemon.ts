/**
 * What a call costs through ledgerd, beside a bare round trip from zsh to a Node process that does nothing else. Both
 * make a connection for each call: zsh hands one that it keeps to every command it starts, so the plugin keeps none.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { FrameReader } from '../../tools/lib/daemon/frame.js';
import { decodeReply, encodeRequest } from '../../tools/lib/daemon/request.js';
import { uuidV7 } from '../../tools/lib/record/ids.js';
import { median, pairedRatio, runProgram } from './pairs.js';
import type { BenchRow } from './row.js';
import { type Scratch, withScratch } from './scratch.js';

const TOOLS = fileURLToPath(new URL('../../tools', import.meta.url));
const TURNS = 40;
const CALLS = 50;
const WRITE = ['cls', 'info', 'T-1', 'bench', 'a line of the usual length', '{"a":1}'];

type Durability = 'each' | 'relaxed';

/** Runs `action` in a root with a daemon. */
async function withDaemon<T>(
  durability: Durability,
  action: (scratch: Scratch & { socket: string }) => Promise<T>,
): Promise<T> {
  return withScratch(async scratch => {
    const { root, env, ours } = scratch;
    writeFileSync(`${root}/ledger.config.json`, JSON.stringify({ daemon: { durability } }));
    const ledgerd = (verb: string): string => {
      const [file, ...args] = ours('ledgerd', verb, '--json');
      return execFileSync(file!, args, { cwd: root, env, encoding: 'utf8' });
    };
    ledgerd('start');
    try {
      return await action({ ...scratch, socket: JSON.parse(ledgerd('status')).socket });
    } finally {
      ledgerd('stop');
    }
  });
}

/** A server that answers each chunk; with `syncs` it appends it to a file and syncs it before. */
async function startEcho({ path, script }: Scratch, syncs: boolean): Promise<ChildProcess> {
  const append = syncs ? 'fs.writeSync(fd, chunk); fs.fsyncSync(fd);' : '';
  const source = `const fs = require('node:fs');
const fd = fs.openSync(${JSON.stringify(path('echo.log'))}, 'a');
require('node:net').createServer(socket => {
  socket.on('data', chunk => { ${append} socket.write('4:1:0,,'); });
  socket.on('error', () => undefined);
}).listen(${JSON.stringify(path('echo.sock'))});`;
  const [file, ...args] = script('echo.cjs', source);
  const child = spawn(file!, args, { stdio: 'ignore' });
  while (!existsSync(path('echo.sock'))) await new Promise(resolve => setTimeout(resolve, 10));
  return child;
}

/** zsh times `CALLS` of ours and as many bare ones, by turns, and prints how long they took. */
function loops(socket: string): string {
  return `source ${TOOLS}/zsh/agent-ledger.plugin.zsh
zmodload zsh/net/socket zsh/system zsh/datetime
line='${'x'.repeat(400)}'
ours() { local i; for (( i = 0; i < ${CALLS}; i++ )); do ledger-write ${WRITE.map(word => `'${word}'`).join(' ')} || exit; done }
bare() {
  local i
  for (( i = 0; i < ${CALLS}; i++ )); do
    zsocket ${socket} && print -rnu $REPLY -- $line && sysread -i $REPLY answer && exec {REPLY}>&-
  done
}
for (( turn = 0; turn < ${TURNS}; turn++ )); do
  a=$EPOCHREALTIME; bare; b=$EPOCHREALTIME; ours; c=$EPOCHREALTIME
  print $(( (c - b) / (b - a) ))
done`;
}

function write(durability: Durability): BenchRow['measure'] {
  return () =>
    withDaemon(durability, async scratch => {
      const { root, env, path } = scratch;
      const echo = await startEcho(scratch, durability === 'each');
      try {
        const output = execFileSync('zsh', ['-f', '-c', loops(path('echo.sock'))], { cwd: root, env });
        return { ratio: median(output.toString().trim().split('\n').slice(2).map(Number)) };
      } finally {
        echo.kill();
      }
    });
}

/** How long one call through the plugin takes, s. */
function callSeconds({ root, env }: Scratch): number {
  const code = `source ${TOOLS}/zsh/agent-ledger.plugin.zsh; zmodload zsh/datetime
ours() { local i; for (( i = 0; i < 500; i++ )); do ledger-write ${WRITE.map(word => `'${word}'`).join(' ')} || exit; done }
ours; a=$EPOCHREALTIME; ours; print $(( (EPOCHREALTIME - a) / 500 ))`;
  return Number(execFileSync('zsh', ['-f', '-c', code], { cwd: root, env }).toString());
}

async function besideExecutable(): Promise<{ ratio: number }> {
  return withDaemon('relaxed', async scratch => {
    const { root, env, ours } = scratch;
    const ratios: number[] = [];
    for (let turn = -2; turn < 11; turn++) {
      const start = performance.now();
      for (let count = 0; count < 5; count++) runProgram(ours('ledger-write', ...WRITE), { cwd: root, env });
      const executable = (performance.now() - start) / 5000;
      const call = callSeconds(scratch);
      if (turn >= 0) ratios.push(executable / call);
    }
    return { ratio: median(ratios) };
  });
}

async function hookScript(): Promise<{ ratio: number }> {
  return withDaemon('each', async ({ root, env }) => {
    const hook = ['zsh', '-f', `${TOOLS}/ledger-hook.zsh`, 'cls', 'info', 'T-1', 'a step'];
    const ratio = pairedRatio(
      () => runProgram(hook, { cwd: root, env }),
      () => runProgram(['zsh', '-f', '-c', 'true'], { cwd: root, env }),
      TURNS,
    );
    return { ratio };
  });
}

/** Writes `count` events over one connection, `depth` of them in flight. */
async function writeMany(
  socket: string,
  cwd: string,
  { count, depth }: { count: number; depth: number },
): Promise<void> {
  const client = connect(socket);
  await once(client, 'connect');
  const reader = new FrameReader();
  let sent = 0;
  let done = 0;
  const request = (): Buffer =>
    encodeRequest({
      ...{ name: 'ledger-write', argv: ['--id', uuidV7(Date.now()), ...WRITE], cwd, columns: 80 },
      ...{ environment: { TZ: 'UTC' }, terminals: '', input: undefined },
    });
  await new Promise<void>((resolve, reject) => {
    const fill = (): void => {
      const bytes: Buffer[] = [];
      for (; sent < count && sent - done < depth; sent++) bytes.push(request());
      if (bytes.length > 0) client.write(Buffer.concat(bytes));
    };
    client.on('error', reject);
    client.on('data', chunk => {
      for (const frame of reader.push(chunk)) {
        const reply = decodeReply(frame);
        if (reply === undefined) continue;
        if (reply.status !== 0) reject(new Error(`status ${reply.status}`));
        if (++done === count) resolve();
      }
      fill();
    });
    fill();
  });
  client.destroy();
}

/** Events a second of `clients` that each have `depth` in flight, beside those of one that waits for each. */
function throughput(clients: number, depth: number): BenchRow['measure'] {
  return () =>
    withDaemon('each', async ({ root, socket }) => {
      const rate = async (writers: number, inFlight: number, count: number): Promise<number> => {
        const start = performance.now();
        const each = { count: count / writers, depth: inFlight };
        await Promise.all(Array.from({ length: writers }, () => writeMany(socket, root, each)));
        return count / (performance.now() - start);
      };
      const ratios: number[] = [];
      for (let turn = -2; turn < 11; turn++) {
        const one = await rate(1, 1, 200);
        const many = await rate(clients, depth, 6400);
        if (turn >= 0) ratios.push(many / one);
      }
      return { ratio: median(ratios) };
    });
}

export const rows: BenchRow[] = [
  {
    name: '`ledger-write` through the plugin, synced / a bare round trip that appends and syncs',
    limit: 1.5,
    measure: write('each'),
  },
  {
    name: '`ledger-write` through the plugin, relaxed / a bare round trip',
    limit: 1.5,
    measure: write('relaxed'),
  },
  {
    name: '`ledger-write` as a process / through the plugin, relaxed',
    limit: 200,
    isAtLeast: true,
    measure: besideExecutable,
  },
  { name: '`ledger-hook.zsh` through ledgerd / `zsh -f -c true`', limit: 3, measure: hookScript },
  {
    name: 'events a second of 16 clients through ledgerd / of one',
    limit: 8,
    isAtLeast: true,
    measure: throughput(16, 1),
  },
  {
    name: 'events a second of a client with 64 in flight / of one that waits for each',
    limit: 20,
    isAtLeast: true,
    measure: throughput(1, 64),
  },
];
