import { relative, resolve } from 'node:path';
import type { FailureKind } from '../../failure.js';
import { type Validated, validate } from '../../journal/validate.js';
import { TargetSearch, type Targets } from '../../journal/validation-targets.js';
import { locate, type Place } from '../../root/workspace.js';
import type { Call, Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { FindingOutput } from '../finding-output.js';
import type { ProgressBar } from '../progress-bar.js';

export const ledgerValidate: Command = {
  name: 'ledger-validate',
  purpose: 'prove that day files and status files are valid, complete and unaltered',
  synopsis: ['[path …]'],
  operands: [{ name: 'path', complete: 'file', isRepeated: true }],
  options: [
    { name: 'chain', text: 'also follow the hash chain: which lines were changed, removed, added or moved' },
    { name: 'repair', text: 'first move unparsable lines of our own day files to a file beside them' },
    { name: 'strict', text: 'let warnings fail, too' },
  ],
  async run(call) {
    const { args, io } = call;
    const targets = findTargets(call);
    const bar = io.isTerminal('messages') ? await showProgress(call, targets) : undefined;
    const output = new FindingOutput(call, () => bar?.clear());
    const failedRepair = args.isSet('repair') ? await repairAll(call, targets, output) : undefined;
    const validated = validate({
      targets,
      checksChain: args.isSet('chain'),
      placeOf: root => placeOf(call, root),
      clock: io.clock,
      report: finding => output.add(finding),
      onBytes: count => bar?.add(count),
    });
    output.flush();
    bar?.clear();
    summarize(call, validated, output);
    const failure = failedRepair ?? validated.failure;
    if (failure !== undefined) return EXIT[failure];
    const { error, warning } = output.counts;
    return error > 0 || (warning > 0 && args.isSet('strict')) ? EXIT.no : EXIT.done;
  },
};

/** @throws Failure `missing` for a path that is not there, `setup` when there is neither a path nor a root */
function findTargets(call: Call): Targets {
  const { args, io } = call;
  const search = new TargetSearch(args.isSet('chain'));
  for (const path of args.positionals) search.addNamed({ path: resolve(io.cwd, path), shown: path });
  if (args.positionals.length === 0) {
    const { root } = placeOf(call, args.value('root'));
    const shown = relative(io.cwd, root);
    search.addRoot({ path: root, shown: shown.startsWith('..') ? root : shown, base: root });
  }
  return search.targets;
}

async function repairAll(
  call: Call,
  targets: Targets,
  output: FindingOutput,
): Promise<FailureKind | undefined> {
  const [{ repair }, { openContext }] = await Promise.all([
    import('../../journal/repair.js'),
    import('../context.js'),
  ]);
  return repair({
    targets,
    clock: call.io.clock,
    open(root) {
      const { openForWriting, dayOptions } = openContext(call, root);
      return { workspace: openForWriting(), options: dayOptions };
    },
    report: finding => output.add(finding),
    warn: call.warn,
  });
}

function placeOf({ io }: Call, root: string | undefined): Place {
  return locate({ cwd: io.cwd, flag: root, environment: io.environment });
}

async function showProgress({ io }: Call, { days }: Targets): Promise<ProgressBar> {
  const bar = await import('../progress-bar.js');
  return new bar.ProgressBar(
    io,
    days.reduce((sum, { size }) => sum + size, 0),
  );
}

/** One line on stderr, on a terminal or when something was found. */
function summarize({ io, warn }: Call, { files, lines }: Validated, { counts }: FindingOutput): void {
  const { error, warning } = counts;
  if (error + warning === 0 && !io.isTerminal('messages')) return;
  const found =
    error + warning === 0 ? 'valid' : `${counted(error, 'error')}, ${counted(warning, 'warning')}`;
  warn(`${counted(files, 'file')}, ${counted(lines, 'line')}: ${found}`);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
