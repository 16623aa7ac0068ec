/**
 * Serving calls in a process that lives: each executable by the function that its own entry calls, with a world made
 * of the request. What would hold up other callers is not done here, and is left to the executable before anything has
 * happened: waiting, following, reading a whole ledger, running commands; and what this process cannot do as the caller
 * would, as where its time zone is another one.
 */
import { statSync } from 'node:fs';
import { type Clock, systemClock } from '../../clock.js';
import type { RecordQueue } from '../../daemon/record-queue.js';
import { NOT_SERVED, type Print, type Reply, type Request } from '../../daemon/request.js';
import { errnoOf } from '../../disk/errno.js';
import type { SharedSync } from '../../disk/shared-sync.js';
import { Failure } from '../../failure.js';
import type { Command, Io, Warm } from '../command.js';
import { andyHook } from '../commands/andy-hook.js';
import { clsHook } from '../commands/cls-hook.js';
import { hybridHook } from '../commands/hybrid-hook.js';
import { ledgerClaim } from '../commands/ledger-claim.js';
import { ledgerStatus } from '../commands/ledger-status.js';
import { ledgerWrite } from '../commands/ledger-write.js';
import { statusUpdate } from '../commands/status-update.js';
import { EXIT } from '../exit-codes.js';
import { hookStatus } from '../hook/main.js';
import { runCommand } from '../run.js';

interface Served {
  command: Command;
  /** With one of these among its arguments it is left to the executable. */
  except: string[];
  /** For how long it may hold up everybody to wait for another process's lock. */
  patienceMs: number;
}

const HOOK = { except: ['run'], patienceMs: 120 };

const SERVED: Record<string, Served> = {
  'ledger-write': { command: ledgerWrite, except: ['--stdin', '--data-file'], patienceMs: 0 },
  'status-update': { command: statusUpdate, except: ['--rebuild'], patienceMs: 20 },
  'ledger-claim': { command: ledgerClaim, except: ['run', '--wait', 'rebuild', 'history'], patienceMs: 20 },
  'ledger-status': { command: ledgerStatus, except: ['--watch'], patienceMs: 20 },
  'cls-hook': { command: clsHook, ...HOOK },
  'andy-hook': { command: andyHook, ...HOOK },
  'hybrid-hook': { command: hybridHook, ...HOOK },
};

const LONGEST_OUTPUT_BYTES = 4 * 1024 * 1024;

/** Thrown where a call turns out to be one that is not served here. */
class LeftToExecutable extends Error {}

export interface Serving {
  queue: RecordQueue;
  warm: Warm;
  syncs: SharedSync;
  /** `TZ` of this process. */
  zone: string | undefined;
}

/** @returns how requests are answered */
export function serveCalls(serving: Serving): (request: Request) => Promise<Reply> {
  return async request => {
    const served = Object.hasOwn(SERVED, request.name) ? SERVED[request.name] : undefined;
    if (served === undefined || !isServable(served, request, serving)) return NOT_SERVED;
    // What the same client has sent before comes before it.
    if (served.command !== ledgerWrite) serving.queue.flush();
    return run(served, request, serving);
  };
}

function isServable({ except }: Served, { argv, cwd, environment }: Request, { zone }: Serving): boolean {
  if ((environment.TZ || undefined) !== zone) return false;
  const { LEDGER_ROOT = '', LUKA_SOT = '' } = environment;
  const isExcepted = (argument: string): boolean =>
    except.some(word => argument === word || argument.startsWith(`${word}=`));
  return ![...argv, LEDGER_ROOT, LUKA_SOT].some(isOfProcess) && !argv.some(isExcepted) && isDirectory(cwd);
}

/** A path that means something else in each process. */
const isOfProcess = (text: string): boolean => /^(?:--root=)?\/(?:dev|proc)\//.test(text);

function isDirectory(path: string): boolean {
  try {
    return path.startsWith('/') && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}

async function run(served: Served, request: Request, { warm, syncs }: Serving): Promise<Reply> {
  const { command } = served;
  const world = new ServedWorld(request, served.patienceMs);
  const status = await runCommand(command, request.argv, { ...world.io, warm });
  if (world.isLeft) return NOT_SERVED;
  const outcome = { status: hookStatus(command.name, request.argv, status), prints: world.prints };
  try {
    await syncs.settled();
    return outcome;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const bytes = Buffer.from(`${command.name}: ${error.message}\n`);
    return {
      status: hookStatus(command.name, request.argv, EXIT[error.kind]),
      prints: [{ stream: 'messages', bytes }],
    };
  }
}

/** The world of one call. */
class ServedWorld {
  readonly prints: Print[] = [];
  isLeft = false;
  private length = 0;
  private sleptMs = 0;
  readonly io: Io;

  constructor(
    private readonly request: Request,
    private readonly patienceMs: number,
  ) {
    const { cwd, environment, terminals, columns, input } = request;
    this.io = {
      ...{ cwd, environment, clock: this.clock() },
      input: () => this.input(),
      print: data =>
        this.print('output', typeof data === 'string' ? Buffer.from(data) : Uint8Array.from(data)),
      printError: text => this.print('messages', Buffer.from(text)),
      isTerminal: stream => terminals.includes(stream[0]!),
      width: () => columns || 80,
      ...(input && { received: input.toString() }),
    };
  }

  private leave(): never {
    this.isLeft = true;
    throw new LeftToExecutable();
  }

  private clock(): Clock {
    return {
      ...systemClock,
      sleepMs: durationMs => {
        this.sleptMs += durationMs;
        if (this.sleptMs > this.patienceMs) this.leave();
        systemClock.sleepMs(durationMs);
      },
    };
  }

  private async *input(): AsyncGenerator<Buffer> {
    yield this.request.input ?? this.leave();
  }

  private print(stream: Print['stream'], bytes: Uint8Array): void {
    this.length += bytes.length;
    if (this.length > LONGEST_OUTPUT_BYTES) this.leave();
    const last = this.prints.at(-1);
    if (last?.stream === stream) last.bytes = Buffer.concat([last.bytes, bytes]);
    else this.prints.push({ stream, bytes });
  }
}
