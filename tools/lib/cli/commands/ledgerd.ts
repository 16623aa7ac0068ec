import { Failure } from '../../failure.js';
import type { Call, Command } from '../command.js';
import { run, start, status, stop } from '../daemon.js';

const VERBS: Record<string, (call: Call) => number | Promise<number>> = { start, stop, status, run };

export const ledgerd: Command = {
  name: 'ledgerd',
  purpose: 'answer calls from zsh in a process that is there already',
  synopsis: ['start | stop | status | run'],
  operands: [{ name: 'verb', complete: Object.keys(VERBS) }],
  options: [],
  run(call) {
    const [name, extra] = call.args.positionals;
    const verb = name !== undefined && Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
    if (verb === undefined) throw new Failure('usage', 'say start, stop, status or run');
    if (extra !== undefined) throw new Failure('usage', `too many arguments ("${extra}")`);
    return verb(call);
  },
};
