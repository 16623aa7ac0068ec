/** `ledger-claim run <task> -- command …`. */
import { isRefusal } from '../../claims/refusal.js';
import { Failure } from '../../failure.js';
import { startCommand } from '../../process/command.js';
import { runClaimed } from '../../work/run-claimed.js';
import type { Call } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { printRefusal } from './answer.js';
import { acquireFor, ask } from './change.js';
import { openClaimCall } from './subject.js';

/** @returns the command's exit status; 1 when the lease was lost */
export async function run(call: Call, task: string | undefined, argv: string[]): Promise<number> {
  const { args, io, warn } = call;
  if (argv.length === 0)
    throw new Failure('usage', 'run needs a command: ledger-claim run <task> -- command …');
  const claim = openClaimCall(call, task);
  const answer = await acquireFor(claim);
  if (isRefusal(answer)) return printRefusal(call, claim.taskId, answer);
  const lease = answer.lease!;
  const environment = {
    ...io.environment,
    LEDGER_TASK_ID: lease.task_id,
    LEDGER_LEASE_ID: lease.lease_id,
    LEDGER_EPOCH: String(lease.epoch),
  };
  const { status, problem, isLost } = await runClaimed({
    lease,
    start: () => startCommand(argv, environment, { isOnTerminal: io.isTerminal('input') }),
    request: async request => ask(claim, request),
    settle: outcome =>
      outcome.status === 0 && !args.isSet('release')
        ? { kind: 'complete', reason: null }
        : { kind: 'release', reason: `exit status ${outcome.status}` },
    warn,
  });
  if (problem !== undefined) warn(`${argv[0]}: ${problem}`);
  return isLost ? EXIT.no : status;
}
