import { join } from 'node:path';
import { timestampNow } from '../../clock.js';
import { Failure } from '../../failure.js';
import { type AgentOverview, OverviewReader } from '../../journal/overview.js';
import type { Overview } from '../../record/generated/overview.js';
import { agentName } from '../../record/ids.js';
import type { Call, Command, Io } from '../command.js';
import { type Context, openContext } from '../context.js';
import { EXIT } from '../exit-codes.js';

export const ledgerStatus: Command = {
  name: 'ledger-status',
  purpose: 'show who is doing what now',
  synopsis: ['[agent]', '[agent] --watch'],
  operands: [{ name: 'agent', complete: 'agent' }],
  options: [{ name: 'watch', text: 'keep it up to date on the whole terminal; q quits' }],
  async run(call) {
    const { args, io, warn } = call;
    const [agent, ...extra] = args.positionals;
    if (extra.length > 0) throw new Failure('usage', 'give one agent, or none for all');
    if (args.isSet('watch')) assertWatchable(call);
    const context = openContext(call);
    const reader = await readerOf(context, agent === undefined ? undefined : agentName(agent));
    const agents = reader.read(io.clock);
    if (agents.length === 0 && agent !== undefined)
      throw new Failure('missing', `there is no agent ${agent}`);
    if (args.isSet('watch')) await watch(io, context.place.root, reader);
    else if (args.isSet('json')) io.print(`${JSON.stringify(overviewOf(agents, io))}\n`);
    else if (agents.length > 0) await show(agents, io);
    if (agents.length === 0 && !args.isSet('watch')) warn(`there are no agents yet in ${context.place.root}`);
    return EXIT.done;
  },
};

function assertWatchable({ args, io }: Call): void {
  if (args.isSet('json')) throw new Failure('usage', '--watch draws on a terminal; leave out --json');
  if (!io.isTerminal('output')) throw new Failure('usage', '--watch needs a terminal to draw on');
}

async function readerOf(
  { place, config, dayOptions }: Context,
  agent: string | undefined,
): Promise<OverviewReader> {
  const { sessionIdleMs } = dayOptions;
  const { readForeignLeases } = await import('../../sync/claims/foreign-leases.js');
  return new OverviewReader(place, {
    agent,
    sessionIdleMs,
    staleAfterMs: config.ledger.stale_after_s * 1000,
    foreignLeases: () => readForeignLeases(place),
  });
}

function overviewOf(agents: AgentOverview[], { clock }: Io): Overview {
  return { schema_version: 1, at: timestampNow(clock), agents };
}

/** What has no width of its own, as a pipe, gets everything. */
async function show(agents: AgentOverview[], io: Io): Promise<void> {
  const { statusTable } = await import('../status-table.js');
  const width = io.isTerminal('output') ? io.width() : Infinity;
  io.print(
    statusTable(agents, { io, width })
      .map(line => `${line}\n`)
      .join(''),
  );
}

async function watch(io: Io, root: string, reader: OverviewReader): Promise<void> {
  const [{ watchStatus }, { statusPage }] = await Promise.all([
    import('../watch-status.js'),
    import('../status-table.js'),
  ]);
  const lines = (rows: number): string[] =>
    statusPage(reader.read(io.clock), { io, width: io.width() }, rows);
  await watchStatus({ io, directory: join(root, 'agents'), lines });
}
