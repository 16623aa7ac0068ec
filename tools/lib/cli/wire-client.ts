/** `ledger-init --client`: shows what wiring a client changes, and does it with --yes. */
import { join, resolve } from 'node:path';
import { builtin } from '../builtin.js';
import { readText } from '../disk/read.js';
import { Failure } from '../failure.js';
import { agentName } from '../record/ids.js';
import { findRoot, gitPlaceAbove } from '../root/find.js';
import { stateDirectory } from '../root/state-directory.js';
import type { Client, Context, Scope } from '../setup/clients/client.js';
import { CLIENTS } from '../setup/clients/known.js';
import type { Installation } from '../setup/installation.js';
import { type Done, planWiring, wire } from '../setup/wire.js';
import type { Call } from './command.js';
import { EXIT } from './exit-codes.js';

/** @returns the exit status. @throws Failure `usage`, `data`, `contention`, `disk`, `unsafe` */
export function wireClient(call: Call, installation: Installation): number {
  const { args, io } = call;
  const client = clientNamed(args.value('client'));
  const context = contextFor(call, client);
  const { environment, clock } = io;
  const isRemoval = args.isSet('remove');
  const wiring = {
    ...{ client, context, memory: { directory: join(stateDirectory(environment), 'setup'), clock } },
    installation: isRemoval ? undefined : installation,
  };
  const isDone = args.isSet('yes');
  const done: Done = isDone ? wire(wiring) : { ...planWiring(wiring), backups: [] };
  if (args.isSet('json')) io.print(`${JSON.stringify(reportOf(client, done, isDone))}\n`);
  else printReport(call, client, done);
  for (const note of done.notes) call.warn(note);
  if (!isDone && done.changes.length > 0) call.warn('nothing is changed yet; run it again with --yes');
  return EXIT.done;
}

function clientNamed(name: string | undefined): Client {
  const client = CLIENTS.find(known => known.name === name);
  if (client !== undefined) return client;
  const names = CLIENTS.map(known => known.name).join(', ');
  throw new Failure('usage', `"${name}" is not a client; use one of ${names}`);
}

function contextFor(call: Call, client: Client): Context {
  const { args, io } = call;
  const [operand, ...extra] = args.positionals;
  if (extra.length > 0) throw new Failure('usage', `too many arguments ("${extra[0]}"); give one directory`);
  const scope = scopeFor(args.value('scope') ?? 'user', client);
  const isTimer = client.executable === 'status-update';
  if (operand !== undefined && !isTimer && scope === 'user') {
    throw new Failure('usage', 'a directory goes with --scope project');
  }
  const { cwd, environment } = io;
  const named = operand ?? args.value('root');
  const agent = args.value('agent');
  return {
    ...{ home: environment.HOME || builtin('node:os').homedir(), environment, scope, read: readText },
    project: operand === undefined ? (gitPlaceAbove(cwd)?.top ?? cwd) : resolve(cwd, operand),
    root: isTimer ? findRoot({ cwd, flag: named, environment }).root : '',
    agent: agent === undefined ? undefined : agentName(agent),
  };
}

function scopeFor(scope: string, client: Client): Scope {
  if (scope !== 'user' && scope !== 'project') {
    throw new Failure('usage', `"${scope}" is not a scope; use user or project`);
  }
  if (client.scopes.includes(scope)) return scope;
  throw new Failure('usage', `${client.title} is wired for the user alone; leave --scope project out`);
}

function reportOf({ name }: Client, { changes, notes, backups }: Done, isDone: boolean): object {
  return {
    client: name,
    applied: isDone,
    changes: changes.map(({ name: path, kind, diff }, index) => ({
      ...{ path, kind, diff, backup: backups[index] ?? null },
    })),
    notes,
  };
}

function printReport({ args, io }: Call, { title }: Client, { changes, backups }: Done): void {
  if (changes.length === 0) {
    const state = args.isSet('remove') ? 'is not wired' : 'is wired already';
    io.print(`${title} ${state}; nothing changed.\n`);
  } else if (args.isSet('yes')) {
    for (const [index, { name, kind }] of changes.entries()) {
      const backup = backups[index];
      io.print(`${name}: ${kind}${backup === undefined ? '' : `; as it was: ${backup}`}\n`);
    }
  } else for (const { diff } of changes) io.print(diff);
}
