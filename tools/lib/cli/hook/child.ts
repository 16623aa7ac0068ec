/**
 * Running a command as if nobody stood in between. Its standard input is ours. A stream of its that is a
 * terminal stays one; one that is not passes through us, byte by byte and unbuffered, so that it can be looked
 * at. Where both output streams are the same file they share one pipe, which keeps their order.
 *
 * What the command leaves running may hold a pipe open. Without us it would hold our stream; so when the command
 * has ended and a pipe has not, a process that only forwards takes our place there, and we end.
 */
import { fstatSync } from 'node:fs';
import type { Exit } from '../../clients/run-outcome.js';
import { startCommand } from '../../process/command.js';
import type { Io } from '../command.js';
import { openPipe, type Pipe } from './pipe.js';

export interface ChildPlan {
  command: string[];
  environment: Io['environment'];
  /** Look at what it prints; without, its streams are ours. */
  watch?:
    | {
        /** A private directory. */
        directory: string;
        /** Read standard output even where it is a terminal. */
        readsTerminal: boolean;
        /** Told each chunk on its way. */
        onChunk(stream: Stream, chunk: Buffer): void;
      }
    | undefined;
}

export interface ChildEnd extends Exit {
  /** Why it did not start. */
  problem: string | undefined;
}

type Stream = 'output' | 'messages';

/** How long after its end the output of a command is waited for; what comes later is not looked at. */
const LINGER_MS = 100;
/** A signal to ourselves takes effect within this time. */
const DEATH_MS = 300;
/** Signals that a shell, too, would say its command died of; others only as 128 + n. */
const SHARED = new Set(['SIGHUP', 'SIGINT', 'SIGTERM']);

/** Runs the command to its end. @returns how it ended, 127 or 126 when it could not be started */
export async function runChild(plan: ChildPlan, io: Io): Promise<ChildEnd> {
  const { output, messages } = openPipes(plan, io);
  const pipes = [...new Set([output, messages])].filter(pipe => pipe !== undefined);
  const command = startCommand(plan.command, plan.environment, {
    isOnTerminal: (['input', 'output', 'messages'] as const).some(stream => io.isTerminal(stream)),
    // Who signals us means the command, and would not have reached what it started.
    hasOwnGroup: false,
    stdio: ['inherit', output?.writeFd ?? 'inherit', messages?.writeFd ?? 'inherit'],
  });
  for (const pipe of pipes) pipe.release();
  const drained = Promise.all(pipes.map(pipe => passOn(pipe, pipe === output ? 'output' : 'messages', plan)));
  const { status, signal, problem } = await command.outcome;
  await Promise.race([drained, new Promise(resolve => setTimeout(resolve, LINGER_MS).unref())]);
  for (const pipe of pipes) await leave(pipe, pipe === output ? 'output' : 'messages');
  return { code: status, signal: signal ?? undefined, asked: command.lastSignal(), problem };
}

/** A pipe for each stream to look at; the same one for both where they are the same file. */
function openPipes({ watch }: ChildPlan, io: Io): { output?: Pipe; messages?: Pipe } {
  if (watch === undefined) return {};
  const hasOutput = watch.readsTerminal || !io.isTerminal('output');
  const hasMessages = !io.isTerminal('messages');
  const output = hasOutput ? openPipe(watch.directory, 'output') : undefined;
  const isSame = output !== undefined && hasMessages && isSameFile(1, 2);
  const messages = isSame ? output : hasMessages ? openPipe(watch.directory, 'messages') : undefined;
  return { ...(output && { output }), ...(messages && { messages }) };
}

function isSameFile(a: number, b: number): boolean {
  const [first, second] = [fstatSync(a), fstatSync(b)];
  return first.dev === second.dev && first.ino === second.ino;
}

/** A reader of ours that has gone must look to the command as if it were its own: the pipe is closed. */
function passOn(pipe: Pipe, stream: Stream, { watch }: ChildPlan): Promise<void> {
  const { reader } = pipe;
  const to = stream === 'output' ? process.stdout : process.stderr;
  to.on('error', () => pipe.close());
  reader.on('data', (chunk: Buffer) => watch?.onChunk(stream, chunk));
  reader.pipe(to, { end: false });
  return new Promise(resolve => reader.once('close', resolve));
}

/** Ends a pipe, or leaves it to who forwards; what was read and is not written yet comes before that. */
async function leave(pipe: Pipe, stream: Stream): Promise<void> {
  const { reader } = pipe;
  const to = stream === 'output' ? process.stdout : process.stderr;
  if (reader.destroyed) return pipe.close();
  reader.unpipe(to);
  reader.pause();
  const rest: unknown = reader.read();
  reader.destroy();
  await new Promise(resolve => to.write(rest instanceof Uint8Array ? rest : '', resolve));
  pipe.handOver(stream === 'output' ? 1 : 2);
}

/** Ends this process as the command ended: by the same signal where a shell would do so. */
export async function endLike({ code, signal }: Exit): Promise<number> {
  if (signal !== undefined && SHARED.has(signal)) {
    process.kill(process.pid, signal);
    await new Promise(resolve => setTimeout(resolve, DEATH_MS));
  }
  return code;
}
