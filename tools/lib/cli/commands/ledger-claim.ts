import { Failure } from '../../failure.js';
import { acquire, change, evict } from '../claims/change.js';
import { run } from '../claims/run-command.late.js';
import { check, history, list, rebuild } from '../claims/show.late.js';
import type { Call, Command } from '../command.js';

type Verb = (call: Call, task: string | undefined, rest: string[]) => number | Promise<number>;

const VERBS: Record<string, Verb> = {
  acquire,
  run,
  renew: (call, task) => change(call, 'renew', task),
  heartbeat: (call, task) => change(call, 'heartbeat', task),
  release: (call, task) => change(call, 'release', task),
  complete: (call, task) => change(call, 'complete', task),
  evict,
  check,
  list: call => list(call, false),
  stale: call => list(call, true),
  history,
  rebuild,
};
const WITHOUT_TASK = new Set(['list', 'stale', 'rebuild']);

export const ledgerClaim: Command = {
  name: 'ledger-claim',
  purpose: 'make sure that no two agents work on the same task',
  synopsis: [
    '[acquire] <task>',
    'run <task> -- command …',
    'renew | heartbeat | release | complete | check <task>',
    'evict <task> --reason TEXT',
    'list | stale | history [task] | rebuild',
  ],
  operands: [
    { name: 'verb', complete: Object.keys(VERBS), orComplete: 'task' },
    { name: 'task', complete: 'task' },
    { name: 'command', complete: 'command', isRepeated: true },
  ],
  options: [
    {
      name: 'agent-id',
      value: 'AGENT',
      text: 'who claims; else LEDGER_AGENT, else claims.agent_id',
      complete: 'agent',
    },
    {
      name: 'ttl',
      value: 'DURATION',
      text: 'how long the lease lasts, like 90s, 30m, 2h; 0: without an end',
    },
    { name: 'reason', value: 'TEXT', text: 'why, kept in the history' },
    { name: 'wait', value: 'DURATION', text: 'with acquire and run: wait that long for a task that is held' },
    { name: 'offline', text: 'do not ask the remote: the lease is provisional' },
    { name: 'remote', text: 'with check: ask the remote first' },
    { name: 'reopen', text: 'with acquire and run: also a task that is completed' },
    { name: 'release', text: 'with run: release the task at the end, do not complete it' },
    { name: 'force', text: 'with evict: also a lease that is in force' },
    { name: 'lease', value: 'ID', text: 'the lease that is meant' },
    { name: 'epoch', value: 'N', text: 'the epoch of the lease that is meant' },
    { name: 'quiet', text: 'say nothing; the exit status tells' },
  ],
  run(call) {
    const [first, ...rest] = call.args.positionals;
    if (first === undefined) throw new Failure('usage', 'a task is needed');
    const verb = Object.hasOwn(VERBS, first) ? VERBS[first] : undefined;
    if (!verb) return acquire(call, alone(first, rest));
    if (first === 'run') return verb(call, rest[0], rest.slice(1));
    if (WITHOUT_TASK.has(first) && rest.length > 0) throw new Failure('usage', `${first} takes no task`);
    return verb(call, rest.length > 0 ? alone(rest[0]!, rest.slice(1)) : undefined, []);
  },
};

function alone(task: string, extra: string[]): string {
  if (extra.length === 0) return task;
  throw new Failure('usage', `too many arguments ("${extra[0]}"); quote a task id that has spaces`);
}
