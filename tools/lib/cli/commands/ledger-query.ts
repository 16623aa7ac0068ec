import { Failure } from '../../failure.js';
import { countEvents, type Query, readEvents } from '../../ledger/read-events.js';
import { Skipped } from '../../ledger/skipped.js';
import { shorten } from '../../record/ids.js';
import type { Call, Command } from '../command.js';
import { openContext } from '../context.js';
import { eventOutput } from '../event-output.js';
import { EXIT } from '../exit-codes.js';
import { QUERY_OPTIONS, type Wanted, wantedEvents } from '../query-options.js';
import { stopSignalOfPrinter } from '../stop.js';

/** What `--follow` shows before it waits, like `tail -f`. */
const LINES_BEFORE_FOLLOWING = 10;

export const ledgerQuery: Command = {
  name: 'ledger-query',
  purpose: 'show events of all agents and machines, oldest first',
  synopsis: [''],
  operands: [],
  options: QUERY_OPTIONS,
  async run(call) {
    const { args, io } = call;
    const wanted = wantedEvents(args, io.clock);
    if (args.positionals.length > 0) {
      throw new Failure(
        'usage',
        `"${shorten(args.positionals[0]!)}" is no option; to look for words use --text`,
      );
    }
    const { place } = openContext(call);
    const { root } = place;
    const skipped = new Skipped();
    const answer = async (query: Query): Promise<void> => {
      if (args.isSet('count')) io.print(`${countEvents(root, query, skipped)}\n`);
      else await show(call, root, query, skipped);
    };
    if (args.isSet('follow')) await follow(call, root, wanted, skipped);
    else if (!args.isSet('archive')) await answer(wanted);
    else {
      const { withArchived } = await import('../with-archived.js');
      await withArchived({ place, clock: io.clock }, wanted.filter, skipped, more =>
        answer({ ...wanted, more }),
      );
    }
    tell(call, skipped);
    return skipped.firstKind === undefined ? EXIT.done : EXIT[skipped.firstKind];
  },
};

async function show(call: Call, root: string, wanted: Query, skipped: Skipped): Promise<void> {
  const output = await eventOutput(call);
  let isEmpty = true;
  for (const line of readEvents(root, wanted, skipped)) {
    output.add(line);
    isEmpty = false;
  }
  output.flush();
  if (isEmpty && call.io.isTerminal('output')) call.warn('no such events');
}

async function follow(call: Call, root: string, wanted: Wanted, skipped: Skipped): Promise<void> {
  const [{ Follower }, { followEvents }] = await Promise.all([
    import('../../ledger/follower.js'),
    import('../../ledger/follow.js'),
  ]);
  const { filter } = wanted;
  const newest = filter.period.sinceMs === -Infinity ? LINES_BEFORE_FOLLOWING : undefined;
  const limit = wanted.limit ?? newest;
  const output = await eventOutput(call);
  const show = (lines: Iterable<Buffer>): void => {
    for (const line of lines) output.add(line);
    output.flush();
    tell(call, skipped);
  };
  const follower = new Follower(root, filter, skipped);
  show(readEvents(root, { ...wanted, limit, endOf: path => follower.endOf(path) }, skipped));
  const following = { root, follower, clock: call.io.clock, signal: stopSignalOfPrinter() };
  for await (const lines of followEvents(following)) show(lines);
}

function tell({ warn }: Call, skipped: Skipped): void {
  for (const message of skipped.takeMessages()) warn(message);
}
