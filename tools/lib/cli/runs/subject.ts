/** Whom and what a call of `ledger-run` is about. */
import type { Owner } from '../../claims/decide.js';
import { Failure } from '../../failure.js';
import { ledgerAgent } from '../../record/ids.js';
import { locate, openWorkspace } from '../../root/workspace.js';
import type { RunClaim } from '../../runs/claim.js';
import type { Driver, Watcher } from '../../runs/driven.js';
import type { RunFold } from '../../runs/move.js';
import { branchOptions, identityOf } from '../claims/subject.js';
import type { Call } from '../command.js';
import type { Context } from '../context.js';
import { sessionFor } from '../session.js';
import { stopSignal } from '../stop.js';

/** Who drives runs when nobody says. */
const RUNNER = 'runner';

/** The claim of a new run. */
export function newClaim(call: Call, context: Context, taskId: string): RunClaim {
  const workspace = context.openForWriting();
  const agent = identityOf(call, context) ?? RUNNER;
  return claimOf(call, context, { workspace, taskId, agent });
}

/** The claim of a run that exists: its owner's, from where its steps work. */
export function recordedClaim(call: Call, context: Context, { started }: RunFold): RunClaim {
  const { io } = call;
  const where = { cwd: started.directory, flag: context.place.root, environment: io.environment };
  const { clock, lockTimeoutMs } = context.openForWriting();
  const workspace = openWorkspace(locate(where), { clock, lockTimeoutMs });
  return claimOf(call, context, { workspace, taskId: started.task_id, agent: started.owner });
}

function claimOf(
  call: Call,
  context: Context,
  { workspace, taskId, agent }: Pick<RunClaim, 'workspace' | 'taskId'> & Pick<Owner, 'agent'>,
): RunClaim {
  const session = sessionFor(ledgerAgent(agent), undefined, call.io.environment.LEDGER_SESSION_ID);
  return {
    ...{ workspace, taskId },
    owner: { agent, writer: workspace.writer, worktree: workspace.worktree },
    options: { ...branchOptions(call, context), session },
  };
}

export function driverOf({ io, warn }: Call, { config }: Context, watcher: Watcher): Driver {
  return {
    ...{ settings: config.runs, watcher, warn },
    environment: io.environment,
    isOnTerminal: io.isTerminal('input'),
    stop: stopSignal(),
  };
}

/** @throws Failure `usage` when it is missing */
export function runNamed(name: string | undefined): string {
  if (name === undefined || name === '')
    throw new Failure('usage', 'a run is needed; "ledger-run list" shows them');
  return name;
}
