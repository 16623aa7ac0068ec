/**
 * What a call costs through ledgerd, beside a bare round trip from zsh to a Node process that does nothing else. Both
 * make a connection for each call: zsh hands one that it keeps to every command it starts, so the plugin keeps none.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { throughput } from './daemon-load.js';
import { type Durability, WRITE, withDaemon } from './daemon-scratch.js';
import { durationOf, median, pairedRatio, runProgram } from './pairs.js';
import type { BenchRow } from './row.js';
import type { Scratch } from './scratch.js';

const TOOLS = fileURLToPath(new URL('../../tools', import.meta.url));
const WORDS = WRITE.map(word => `'${word}'`).join(' ');
const TURNS = 40;
const CALLS = 25;
/** Calls until Node has compiled what it runs often. */
const WARM_UP = 500;

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
ours() { local i; for (( i = 0; i < ${CALLS}; i++ )); do ledger-write ${WORDS} || exit; done }
bare() {
  local i
  for (( i = 0; i < ${CALLS}; i++ )); do
    zsocket ${socket} && print -rnu $REPLY -- $line && sysread -i $REPLY answer && exec {REPLY}>&-
  done
}
for (( turn = 0; turn < ${WARM_UP} / ${CALLS}; turn++ )); do bare; ours; done
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
        return { ratio: median(output.toString().trim().split('\n').map(Number)) };
      } finally {
        const ended = once(echo, 'close');
        echo.kill();
        await ended;
      }
    });
}

/** zsh waits for a line, makes `CALLS` calls, and tells how long one has taken, s. */
const CALLER = `source ${TOOLS}/zsh/agent-ledger.plugin.zsh
zmodload zsh/datetime
for (( i = 0; i < ${WARM_UP}; i++ )); do ledger-write ${WORDS} || exit; done
while read -r; do
  a=$EPOCHREALTIME
  for (( i = 0; i < ${CALLS}; i++ )); do ledger-write ${WORDS} || exit; done
  print $(( (EPOCHREALTIME - a) / ${CALLS} ))
done`;

/** One start of the executable and `CALLS` calls through the plugin take turns. */
async function besideExecutable(): Promise<{ ratio: number }> {
  return withDaemon('relaxed', async scratch => {
    const { root, env, ours } = scratch;
    const zsh = spawn('zsh', ['-f', '-c', CALLER], { cwd: root, env, stdio: ['pipe', 'pipe', 'inherit'] });
    const answers = createInterface(zsh.stdout)[Symbol.asyncIterator]();
    const ratios: number[] = [];
    for (let turn = -2; turn < TURNS / 2; turn++) {
      const executable = durationOf(() => runProgram(ours('ledger-write', ...WRITE), { cwd: root, env }));
      zsh.stdin.write('\n');
      const { value, done } = await answers.next();
      if (done) throw new Error('the shell has ended');
      if (turn >= 0) ratios.push(executable / 1e9 / Number(value));
    }
    zsh.stdin.end();
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
