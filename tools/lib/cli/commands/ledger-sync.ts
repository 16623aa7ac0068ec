import { parseDuration } from '../../clock.js';
import { Failure } from '../../failure.js';
import { stopGit } from '../../git/process.js';
import { shorten } from '../../record/ids.js';
import { type SyncOptions, timeOf } from '../../sync/open.js';
import type { Call, Command } from '../command.js';
import { openContext } from '../context.js';
import { beforeStopping } from '../stop.js';
import { exchange, preview, setUpHere, showHealth } from '../sync/exchange.js';
import { archive, cleanup, compactHistory, reconcile, resync } from '../sync/upkeep.js';

type Action = (call: Call, options: SyncOptions) => Promise<number>;

/** What a call does instead of sending and receiving. */
const ACTIONS: Record<string, Action> = {
  'setup-ledger': setUpHere,
  status: showHealth,
  'dry-run': preview,
  'pull-only': (call, options) => exchange(call, options, 'receive'),
  'push-only': (call, options) => exchange(call, options, 'send'),
  reconcile,
  'force-resync': resync,
  'cleanup-ledger': cleanup,
  compact: compactHistory,
  archive,
};

const DEFAULT_WAIT_MS = 30_000;

export const ledgerSync: Command = {
  name: 'ledger-sync',
  purpose: 'exchange events, statuses and summaries with other machines over a git remote',
  synopsis: [
    '',
    '--setup-ledger',
    '--pull-only | --push-only | --dry-run',
    '--status',
    '--reconcile',
    '--force-resync --yes',
    '--compact --yes',
    '--archive --yes',
    '--cleanup-ledger --yes',
  ],
  operands: [],
  options: [
    { name: 'setup-ledger', text: 'set up the ledger branch here, and send what is here already' },
    { name: 'pull-only', text: 'receive, do not send' },
    { name: 'push-only', text: 'send; receive only when somebody was faster' },
    { name: 'ledger-only', text: 'of what is ours, send events alone' },
    { name: 'dry-run', text: 'show what would be sent' },
    { name: 'status', text: 'show how this machine stands with the branch' },
    {
      name: 'reconcile',
      text: 'hold everything that is here against everything on the branch, and mend both',
    },
    { name: 'force-resync', text: 'give a branch that was rewound back what it has lost' },
    { name: 'compact', text: 'replace the history of the branch by one commit' },
    { name: 'archive', text: 'move old day files of ours out of the ledger and the branch into the archive' },
    {
      name: 'before',
      value: 'DURATION',
      text: 'with compact: only when the history is older than this; with archive: older days, 90d by default',
    },
    { name: 'cleanup-ledger', text: 'remove what the branch has left here: refs and state, never events' },
    { name: 'yes', text: 'agree to what cannot be undone' },
    { name: 'wait', value: 'DURATION', text: 'how long to try when others are busy; 30s by default' },
  ],
  run(call) {
    const { args } = call;
    if (args.positionals.length > 0)
      throw new Failure(
        'usage',
        `"${shorten(args.positionals[0]!)}" is no option; ledger-sync takes no names`,
      );
    const names = Object.keys(ACTIONS).filter(name => args.isSet(name));
    if (names.length > 1) throw new Failure('usage', `--${names[0]} and --${names[1]} exclude each other`);
    beforeStopping(stopGit);
    const [name] = names;
    const options = syncOptions(call);
    return name === undefined ? exchange(call, options, 'both') : ACTIONS[name]!(call, options);
  },
};

function syncOptions(call: Call): SyncOptions {
  const { args, io, warn } = call;
  const { config, dayOptions, openForWriting } = openContext(call);
  const text = args.value('wait');
  const waitMs = text === undefined ? DEFAULT_WAIT_MS : parseDuration(text);
  if (waitMs === undefined)
    throw new Failure('usage', `--wait "${shorten(text!)}" is not a duration, like 30s, 2m`);
  return {
    ...{ workspace: openForWriting(), sync: config.sync, environment: io.environment, warn },
    ...{ time: timeOf(io.clock), waitMs, ledgerOnly: args.isSet('ledger-only') },
    claims: { ...dayOptions, limits: config.claims },
  };
}
