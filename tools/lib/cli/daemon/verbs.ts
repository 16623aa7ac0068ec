/** The verbs of `ledgerd`. */

import { socketsOf } from '../../daemon/address.js';
import { takePlace } from '../../daemon/daemon.js';
import { ask, startInBackground } from '../../daemon/start.js';
import { launchdUnit, systemdUnit } from '../../daemon/unit.js';
import { Failure } from '../../failure.js';
import { agentIdentity, ledgerAgent, shorten } from '../../record/ids.js';
import type { Place } from '../../root/workspace.js';
import { sha256Hex } from '../../sha256.js';
import type { Call } from '../command.js';
import { openContext } from '../context.js';
import { EXIT } from '../exit-codes.js';

const STOP_MS = 10_000;
const PAUSE_MS = 20;

/** `start`: in the background; returns when it answers. */
export async function start(call: Call): Promise<number> {
  const { place } = openContext(call);
  const { args, io } = call;
  const command = runCommandOf(place);
  if (args.isSet('systemd')) io.print(systemdUnit(place.root, command));
  else if (args.isSet('launchd')) io.print(launchdUnit(`agent-ledger.ledgerd.${shortName(place)}`, command));
  else if (!(await isThere(call, place)))
    await startInBackground(command, io.environment, () => isThere(call, place));
  return EXIT.done;
}

/** What runs the daemon of a root in the foreground. */
export function runCommandOf({ root }: Place): string[] {
  return [process.execPath, process.argv[1]!, 'run', '--root', root];
}

const shortName = ({ root }: Place): string => sha256Hex(root).slice(0, 8);

/** `register` and `unregister`: whether signs of life are given for an agent as long as a process lives. */
export async function register(call: Call, isRegistered: boolean): Promise<number> {
  const [, agent] = call.args.positionals;
  if (agent === undefined) throw new Failure('usage', 'an agent is needed');
  const pid = call.args.value('pid') ?? String(process.ppid);
  if (!/^[1-9]\d{0,9}$/.test(pid)) throw new Failure('data', `"${shorten(pid)}" is not a process id`);
  const { place } = openContext(call);
  const argv = [ledgerAgent(agentIdentity(agent)), pid];
  const sockets = socketsHere(call, place);
  if ((await ask(sockets, isRegistered ? 'register' : 'unregister', argv)) !== undefined) return EXIT.done;
  throw new Failure('missing', `no ledgerd runs for ${place.root}; start it with "ledgerd start"`);
}

/** `stop`: returns when it has answered what it was asked and is gone. */
export async function stop(call: Call): Promise<number> {
  const { place } = openContext(call);
  if ((await ask(socketsHere(call, place), 'shutdown')) === undefined) {
    call.warn(`no ledgerd runs for ${place.root}`);
    return EXIT.missing;
  }
  const untilMs = performance.now() + STOP_MS;
  for (;;) {
    try {
      takePlace(place).release();
      return EXIT.done;
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== 'contention') throw error;
      if (performance.now() > untilMs) throw new Failure('contention', 'ledgerd has not ended yet');
    }
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
  }
}

/** `status`: what it is and does. */
export async function status(call: Call): Promise<number> {
  const { place } = openContext(call);
  const reply = await ask(socketsHere(call, place), 'status');
  if (reply === undefined) {
    if (call.args.isSet('json')) call.io.print('{"running":false}\n');
    else call.warn(`no ledgerd runs for ${place.root}`);
    return EXIT.missing;
  }
  const text = Buffer.concat(reply.prints.map(({ bytes }) => bytes)).toString();
  call.io.print(call.args.isSet('json') ? text : statusText(JSON.parse(text)));
  return EXIT.done;
}

function statusText(facts: Record<string, unknown>): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name.padEnd(12)} ${value}\n`)
    .join('');
}

export async function isThere(call: Call, place: Place): Promise<boolean> {
  return (await ask(socketsHere(call, place), 'ping')) !== undefined;
}

function socketsHere({ io }: Call, place: Place): string[] {
  return socketsOf(place, io.environment, process.getuid!());
}
