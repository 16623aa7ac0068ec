/**
 * `run … -- command`: the command as if nobody stood in between, and a record of it. Whatever the ledger
 * refuses is said on stderr and changes nothing for the command.
 */
import { Failure } from '../../failure.js';
import { readWorkOrder, type WorkOrder } from '../../workplans/work-order.js';
import type { Call } from '../command.js';
import { endLike, runChild } from './child.js';
import { isJsonClient } from './command-line.js';
import { type HookKind, identityOf, isSwitchedOff } from './identity.js';
import { StreamReader, Tail } from './output.js';
import { openRun, type RunRecord } from './run-record.js';

/** @returns the command's exit status; 127 or 126 when it cannot be started. @throws Failure `usage` */
export async function wrapCommand(kind: HookKind, call: Call): Promise<number> {
  const [, ...command] = call.args.positionals;
  if (command[0] === undefined || command[0].startsWith('-')) {
    throw new Failure('usage', 'run needs a command: run [--task ID] -- command …');
  }
  const record = await tolerate(call, () => openRecord(kind, command, call));
  const reader = new StreamReader();
  const tail = new Tail();
  const exit = await runChild(
    {
      command,
      environment: { ...call.io.environment, ...record?.childEnvironment },
      watch: record && {
        directory: record.directory,
        readsTerminal: isJsonClient(command),
        onChunk: (stream, chunk) => {
          tail.push(chunk);
          if (stream === 'output') reader.push(chunk);
        },
      },
    },
    call.io,
  );
  reader.end();
  if (exit.problem !== undefined) call.warn(`${command[0]}: ${exit.problem}`);
  await tolerate(call, async () => record?.finish({ exit, reader, output: tail.text() }));
  return endLike(exit);
}

async function openRecord(kind: HookKind, command: string[], call: Call): Promise<RunRecord | undefined> {
  if (isSwitchedOff(kind, call.io.environment)) return undefined;
  const identity = identityOf(kind, call);
  const file = kind.hasWorkOrders ? call.args.value('wo') : undefined;
  const order = file === undefined ? undefined : await tolerate(call, async () => readWorkOrder(file));
  return openRun({ kind, identity, command, order: order ?? fallbackOrder(file), call });
}

function fallbackOrder(file: string | undefined): WorkOrder | undefined {
  return file === undefined ? undefined : { taskId: 'system', title: file };
}

/** The ledger's failures are not the command's. Without a root there is nothing to say. */
async function tolerate<T>({ args, warn }: Call, action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof Failure) || args.isSet('strict')) throw error;
    if (error.kind !== 'setup') warn(error.message);
    return undefined;
  }
}
