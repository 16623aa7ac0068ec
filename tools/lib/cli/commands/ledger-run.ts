import { Failure } from '../../failure.js';
import type { Call, Command } from '../command.js';
import { abort, resume, start } from '../runs/drive.js';
import { list, show, verify } from '../runs/show-runs.late.js';

type Verb = (call: Call, run: string | undefined) => number | Promise<number>;

const VERBS: Record<string, Verb> = { resume, list, show, abort, verify };

export const ledgerRun: Command = {
  name: 'ledger-run',
  purpose: 'run a sequence of agents that can be killed at any moment and resumed',
  synopsis: [
    '--task TASK | --plan FILE',
    'resume <run> [--strict-snapshot]',
    'list',
    'show | verify <run>',
    'abort <run> [--reason TEXT]',
  ],
  operands: [
    { name: 'verb', complete: Object.keys(VERBS) },
    { name: 'run', complete: 'run' },
  ],
  options: [
    { name: 'task', value: 'TASK', text: 'the task; without a plan, its default stages', complete: 'task' },
    { name: 'plan', value: 'FILE', text: 'the plan, JSON or YAML; - for standard input', complete: 'file' },
    {
      ...{ name: 'agent-id', value: 'AGENT', complete: 'agent' },
      text: 'who drives the run and claims its task; else LEDGER_AGENT, claims.agent_id, runner',
    },
    { name: 'reopen', text: 'also a task that is completed' },
    { name: 'strict-snapshot', text: 'with resume: stop when the tree has changed' },
    { name: 'reason', value: 'TEXT', text: 'with abort: why' },
    { name: 'quiet', text: 'print no progress' },
  ],
  outlivesReader: true,
  run(call) {
    const [first, run, ...extra] = call.args.positionals;
    if (first === undefined) return start(call);
    const verb = Object.hasOwn(VERBS, first) ? VERBS[first] : undefined;
    if (!verb) throw new Failure('usage', `"${first}" is no verb; give --task or --plan to begin a run`);
    if (extra.length > 0 || (verb === list && run !== undefined))
      throw new Failure('usage', 'too many arguments');
    return verb(call, run);
  },
};
