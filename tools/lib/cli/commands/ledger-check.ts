import { resolve } from 'node:path';
import { checkWorkplans } from '../../check/check.js';
import type { Checked, CheckOptions } from '../../check/check-options.js';
import type { Finding } from '../../check/finding.js';
import { shownFrom } from '../../check/survey.js';
import { Failure } from '../../failure.js';
import { agentIdentity, ledgerAgent } from '../../record/ids.js';
import { findingJson, findingText } from '../check-output.js';
import type { Call, Command } from '../command.js';
import { type Context, openContext } from '../context.js';
import { EXIT } from '../exit-codes.js';

export const ledgerCheck: Command = {
  name: 'ledger-check',
  purpose: 'keep workplans and the ledger truthful to each other',
  synopsis: ['[path …]', '--fix [path …]', '--watch [path …]'],
  operands: [{ name: 'path', complete: 'file', isRepeated: true }],
  options: [
    { name: 'fix', text: 'record what files are ahead of, and write back what the ledger knows' },
    { name: 'no-writeback', text: 'with --fix: leave the files as they are' },
    { name: 'remote', text: 'first pull, fast-forward only; nothing is fixed where that fails' },
    { name: 'all', text: 'also look into repositories within the root' },
    { name: 'watch', text: 'do it again whenever something changes' },
    { name: 'strict', text: 'let warnings fail, too' },
    {
      name: 'agent-id',
      value: 'AGENT',
      text: 'whose ledger --fix writes to; else LEDGER_AGENT, else check',
      complete: 'agent',
    },
  ],
  async run(call) {
    const options = optionsOf(call, openContext(call));
    if (!call.args.isSet('watch')) return tell(call, await checkWorkplans(options));
    const { watchWorkplans } = await import('../watch-workplans.js');
    return watchWorkplans(call, options, checked => tell(call, checked));
  },
};

const GIT_TIMEOUT_MS = 30_000;

function optionsOf(call: Call, context: Context): CheckOptions {
  const { args, io, warn } = call;
  const { place, dayOptions, openForWriting } = context;
  if (args.isSet('no-writeback') && !args.isSet('fix'))
    throw new Failure('usage', '--no-writeback goes with --fix');
  const agent = ledgerAgent(
    agentIdentity(args.value('agent-id') ?? (io.environment.LEDGER_AGENT || 'check')),
  );
  const record = { ...dayOptions, updatesStatus: false };
  return {
    ...{ place, warn, clock: io.clock },
    paths: args.positionals.map(path => resolve(io.cwd, path)),
    isAll: args.isSet('all'),
    pulls: args.isSet('remote'),
    fix: args.isSet('fix')
      ? { writesBack: !args.isSet('no-writeback'), agent, record, openForWriting }
      : undefined,
    git: { environment: io.environment, timeoutMs: GIT_TIMEOUT_MS },
    show: path => shownFrom(io.cwd, path),
  };
}

/** Prints what was found. @returns the exit status */
function tell({ args, io, warn }: Call, { findings, plans, tasks }: Checked): number {
  io.print(findings.map(args.isSet('json') ? findingJson : findingText).join(''));
  const left = findings.filter(({ isDrift }) => isDrift !== false);
  const errors = count(left, 'ERROR');
  const warnings = count(left, 'WARN');
  const mended = findings.length - left.length;
  if (errors + warnings + mended > 0 || io.isTerminal('messages')) {
    const found = [
      ...(errors + warnings === 0 ? ['in step'] : [counted(errors, 'error'), counted(warnings, 'warning')]),
      ...(mended === 0 ? [] : [`${mended} mended`]),
    ];
    warn(`${counted(plans, 'workplan')}, ${counted(tasks, 'task')}: ${found.join(', ')}`);
  }
  const isDrifting = findings.some(({ isDrift }) => isDrift === true);
  return isDrifting || errors > 0 || (warnings > 0 && args.isSet('strict')) ? EXIT.no : EXIT.done;
}

function count(findings: Finding[], severity: Finding['severity']): number {
  return findings.filter(found => found.severity === severity).length;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
