import { Failure } from '../../failure.js';
import type { Call, Command } from '../command.js';
import { run } from '../daemon/run.js';
import { register, start, status, stop } from '../daemon/verbs.js';

const VERBS: Record<string, (call: Call) => number | Promise<number>> = {
  start,
  stop,
  status,
  run,
  register: call => register(call, true),
  unregister: call => register(call, false),
};
const WITH_AGENT = new Set(['register', 'unregister']);

export const ledgerd: Command = {
  name: 'ledgerd',
  purpose: 'answer calls from zsh in a process that is there already',
  synopsis: ['start | stop | status | run', 'register | unregister <agent>'],
  operands: [
    { name: 'verb', complete: Object.keys(VERBS) },
    { name: 'agent', complete: 'agent' },
  ],
  options: [
    { name: 'systemd', text: 'with start: print a unit of systemd that starts it' },
    { name: 'launchd', text: 'with start: print a property list of launchd that starts it' },
    {
      name: 'pid',
      value: 'PID',
      text: 'with register: the process that lives as long as the agent; else the caller',
    },
  ],
  run(call) {
    const [name, ...rest] = call.args.positionals;
    const verb = name !== undefined && Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
    if (verb === undefined)
      throw new Failure('usage', 'say start, stop, status, run, register or unregister');
    const extra = rest[WITH_AGENT.has(name!) ? 1 : 0];
    if (extra !== undefined) throw new Failure('usage', `too many arguments ("${extra}")`);
    return verb(call);
  },
};
