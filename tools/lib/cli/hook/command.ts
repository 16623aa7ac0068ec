/** The command behind `cls-hook`, `andy-hook` and `hybrid-hook`: three ways in, chosen by what arrives. */
import { Failure } from '../../failure.js';
import type { Call, Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { explicitEvent } from './explicit.js';
import { type HookKind, type Identity, identityOf, isSwitchedOff } from './identity.js';
import { type Heard, hearPayload, isIdle } from './native.js';
import { readPayload } from './stdin.js';
import { tellLedger } from './tell-ledger.late.js';
import { runWrapper } from './wrap.late.js';

/** A hook is done 800 ms after it started; writing takes its share of it. */
const INPUT_UNTIL_MS = 550;

export function hookCommand(kind: HookKind): Command {
  const more = kind.hasWorkOrders ? ' [parent_id] [duration_ms]' : '';
  const command: Command = {
    name: kind.name,
    purpose: `record what a client of agent ${kind.agent} does`,
    synopsis: [
      `<event> <task_id> <summary> [data_json]${more}`,
      '[payload_json]',
      `run [--task ID]${kind.hasWorkOrders ? ' [--wo FILE]' : ''} -- <command> [argument …]`,
    ],
    operands: [
      { name: 'event', complete: 'event' },
      { name: 'task id', complete: 'task' },
      { name: 'summary' },
      { name: 'data' },
      ...(kind.hasWorkOrders ? [{ name: 'parent id' }, { name: 'duration in ms' }] : []),
    ],
    options: [
      {
        name: 'agent',
        value: 'NAME',
        text: `the agent it speaks for, else ${kind.agent}`,
        complete: 'agent',
      },
      { name: 'id', value: 'UUID', text: 'the id of its event' },
      { name: 'tools', text: 'also record each step within a turn' },
      { name: 'strict', text: 'fail with an exit status when nothing could be recorded' },
      { name: 'task', value: 'ID', text: 'with run: what the command works on', complete: 'task' },
      ...(kind.hasWorkOrders
        ? [{ name: 'wo', value: 'FILE', text: 'with run: the work order', complete: 'file' } as const]
        : []),
    ],
    run: call => {
      if (call.args.positionals[0] !== 'run') return runHook(kind, call);
      return runWrapper({ command, kind, argv: process.argv.slice(2), io: call.io });
    },
  };
  return command;
}

function runHook(kind: HookKind, call: Call): number {
  const { args, io, warn } = call;
  if (isSwitchedOff(kind, io.environment)) return EXIT.done;
  try {
    const identity = identityOf(kind, call);
    const heard = hear(kind, identity, call);
    if (heard !== undefined && !isIdle(heard, args.isSet('tools'))) tellLedger(heard, identity, call);
  } catch (error) {
    if (!(error instanceof Failure) || args.isSet('strict')) throw error;
    if (error.kind !== 'setup') warn(error.message);
  }
  return EXIT.done;
}

/** @throws Failure `data` with `--strict` when there is a payload and nothing can be told from it */
function hear(kind: HookKind, identity: Identity, call: Call): Heard | undefined {
  const { args, io } = call;
  const [first, second] = args.positionals;
  const isPayload = first === undefined || (second === undefined && first.trimStart().startsWith('{'));
  if (!isPayload) return explicitEvent(kind, identity, call);
  const text = first ?? io.received ?? readPayload({ clock: io.clock, untilMs: INPUT_UNTIL_MS });
  const heard = hearPayload(text, kind.source);
  if (heard === undefined && args.isSet('strict')) {
    throw new Failure(
      'data',
      "nothing can be told from the payload; give an event, or a client's JSON on stdin",
    );
  }
  return heard;
}
