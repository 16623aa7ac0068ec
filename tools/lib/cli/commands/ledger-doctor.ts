import { builtin } from '../../builtin.js';
import { errorsFirst, examine } from '../../doctor/examine.js';
import type { Finding } from '../../doctor/finding.js';
import { observe } from '../../doctor/observe.js';
import { probe } from '../../doctor/probe.js';
import { Failure } from '../../failure.js';
import { locate } from '../../root/workspace.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';

export const ledgerDoctor: Command = {
  name: 'ledger-doctor',
  purpose: 'find out why something is not recorded, and say what mends it',
  synopsis: ['', '--probe'],
  operands: [],
  options: [{ name: 'probe', text: 'also send a marked event through each hook and look for it' }],
  async run({ args, io, warn }) {
    const [extra] = args.positionals;
    if (extra !== undefined) throw new Failure('usage', `"${extra}" is not expected; it takes no arguments`);
    const { cwd, environment, clock } = io;
    const world = await observe({
      ...{ place: locate({ cwd, flag: args.value('root'), environment }), cwd, environment, clock },
      ...{ home: environment.HOME || builtin('node:os').homedir(), platform: process.platform },
      uid: process.getuid?.() ?? 0,
    });
    const findings = errorsFirst([...examine(world), ...(args.isSet('probe') ? probe(world, clock) : [])]);
    if (args.isSet('json')) io.print(`${JSON.stringify({ findings })}\n`);
    else if (findings.length > 0) io.print(findings.map(textOf).join(''));
    else if (io.isTerminal('messages'))
      warn(`nothing is wrong with ${world.place.root} and what reports to it`);
    return findings.length > 0 ? EXIT.no : EXIT.done;
  },
};

function textOf({ severity, code, message, fix }: Finding): string {
  return `${severity} ${code}: ${message}\n  ${fix}\n`;
}
