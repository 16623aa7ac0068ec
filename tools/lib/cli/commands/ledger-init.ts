import { Failure } from '../../failure.js';
import { CLIENTS } from '../../setup/clients/known.js';
import { findInstallation, type Installation } from '../../setup/installation.js';
import { type MadeRoot, makeRoot } from '../../setup/make-root.js';
import { configSchemaUrl, wiringFor, wiringText } from '../../setup/wiring.js';
import type { Call, Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { wireClient } from '../wire-client.js';

export const ledgerInit: Command = {
  name: 'ledger-init',
  purpose: 'make a root, where agents keep their ledger, and wire agents to it',
  synopsis: ['[dir]', '--client <client> [dir]'],
  operands: [{ name: 'dir', complete: 'directory' }],
  options: [
    {
      name: 'client',
      value: 'CLIENT',
      text: 'wire this client: shows the change, and makes it with --yes',
      complete: CLIENTS.map(({ name }) => name),
    },
    {
      name: 'scope',
      value: 'SCOPE',
      text: "with --client: the user's own configuration (default) or the project's",
      complete: ['user', 'project'],
    },
    { name: 'agent', value: 'NAME', text: 'with --client: file its events under it', complete: 'agent' },
    { name: 'yes', text: 'with --client: make the change' },
    { name: 'remove', text: 'with --client: take out what was put in' },
  ],
  run(call) {
    const { args, io } = call;
    if (args.positionals[0] === '') throw new Failure('usage', 'the directory has no name');
    const installation = findInstallation({
      node: process.execPath,
      script: process.argv[1] ?? '',
      path: io.environment.PATH,
    });
    if (args.isSet('client')) return wireClient(call, installation);
    const stray = ['scope', 'agent', 'yes', 'remove'].find(name => args.isSet(name));
    if (stray !== undefined) throw new Failure('usage', `--${stray} goes with --client`);
    return initRoot(call, installation);
  },
};

function initRoot(call: Call, installation: Installation): number {
  const { args, io } = call;
  const [operand, ...extra] = args.positionals;
  if (extra.length > 0) throw new Failure('usage', `too many arguments ("${extra[0]}"); give one directory`);
  const wanted = { cwd: io.cwd, operand, flag: args.value('root'), environment: io.environment };
  const made = makeRoot(wanted, configSchemaUrl(installation));
  if (made.askedFor !== undefined) warnOfMainWorktree(call, made);
  const wiring = wiringFor(made.root, installation);
  const { root, ignored } = made;
  if (args.isSet('json')) io.print(`${JSON.stringify({ root, made: made.made, ignored, wiring })}\n`);
  else io.print(`${summaryOf(made)}\n\n${wiringText(wiring)}`);
  return EXIT.done;
}

function warnOfMainWorktree({ warn }: Call, { root, askedFor }: MadeRoot): void {
  warn(`${askedFor} is in a linked worktree; the root is its main worktree, which outlives it: ${root}`);
}

function summaryOf({ root, made, ignored }: MadeRoot): string {
  if (made.length === 0 && ignored.length === 0) return `${root} is a root already; nothing changed.`;
  const lines = [
    made.length === 0 ? `${root} is a root.` : `${root} is a root now: made ${made.join(', ')}.`,
  ];
  if (ignored.length > 0) lines.push(`git ignores what is written there: ${ignored.join(' ')}`);
  return lines.join('\n');
}
