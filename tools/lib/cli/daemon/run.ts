/** `ledgerd run`: the daemon in the foreground, until it has a reason to end. */
import { dirname, join } from 'node:path';
import { Chores } from '../../daemon/chores.js';
import { type End, serveRoot, takePlace } from '../../daemon/daemon.js';
import { Errands } from '../../daemon/errands.js';
import { type Log, openLog } from '../../daemon/log.js';
import { RecordQueue } from '../../daemon/record-queue.js';
import { Registrations } from '../../daemon/registrations.js';
import { startInBackground } from '../../daemon/start.js';
import { exchange, keepAlive, releaseStale, type Upkeep } from '../../daemon/upkeep.js';
import { SharedSync } from '../../disk/shared-sync.js';
import { shareSyncs } from '../../disk/sync.js';
import { IdMemory } from '../../ledger/id-memory.js';
import type { Call } from '../command.js';
import { type Context, openContext } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { stopSignal } from '../stop.js';
import { Moment } from './moment.js';
import { serveCalls } from './serve.js';
import { isThere, runCommandOf } from './verbs.js';

const STALE_MS = 60_000;

export async function run(call: Call): Promise<number> {
  const context = openContext(call);
  const { place } = context;
  const taken = takePlace(place);
  const log = openLog(place.control);
  const chores = new Chores(message => log.warn(message));
  const registrations = new Registrations(place.control);
  startChores(call, context, { log, chores, registrations });
  const reason = await serve(call, context, { log, chores, registrations });
  chores.stop();
  log.info(`ended: ${reason}`);
  const isSupervised = Boolean(call.io.environment.LEDGERD_SUPERVISED);
  if (reason === 'changed' && !isSupervised) {
    taken.release();
    await succeed(call, context, log);
    await log.end();
    return EXIT.done;
  }
  // Whoever sees its place free may take the root away.
  await log.end();
  taken.release();
  // A supervisor starts again what has failed.
  return reason === 'changed' ? EXIT.offline : EXIT.done;
}

interface Household {
  log: Log;
  chores: Chores;
  registrations: Registrations;
}

function serve(call: Call, { place, config }: Context, household: Household): Promise<End> {
  const { log, chores, registrations } = household;
  const { environment, clock } = call.io;
  const syncs = new SharedSync(config.daemon.durability === 'relaxed', error => log.warn(String(error)));
  shareSyncs(syncs);
  const queue = new RecordQueue(() => syncs.underWay());
  const asked = new AbortController();
  stopSignal().addEventListener('abort', () => asked.abort());
  const errands = new Errands(place.root, chores, registrations, () => asked.abort());
  const ids = new IdMemory(() => clock.nowMs());
  const warm = { recordEvent: queue.record, ids, contextOf: new Moment().contextOf };
  const calls = serveCalls({ queue, warm, syncs, zone: environment.TZ || undefined });
  return serveRoot({
    ...{ place, environment, uid: process.getuid!(), syncs, log, signal: asked.signal },
    handle: async request => errands.answer(request) ?? (await calls(request)),
    idleTimeoutMs: config.daemon.idle_timeout_s * 1000,
    isNeeded: () => registrations.alive().length > 0,
    watched: [process.argv[1]!, join(place.root, 'ledger.config.json')],
    onListening: listening => {
      errands.listening = listening;
    },
  });
}

function startChores(call: Call, context: Context, { log, chores, registrations }: Household): void {
  const { place, config, dayOptions } = context;
  const upkeep = (): Upkeep => ({
    workspace: { ...context.openForWriting(), lockTimeoutMs: 0 },
    options: { ...dayOptions, warn: message => log.warn(message), limits: config.claims },
  });
  const heartbeatMs = config.daemon.heartbeat_s * 1000;
  chores.start({
    ...{ name: 'heartbeats', everyMs: heartbeatMs },
    run: () => (registrations.alive().length === 0 ? 'nobody' : keepAlive(upkeep(), registrations)),
  });
  chores.start({ name: 'stale', everyMs: STALE_MS, run: () => releaseStale(upkeep()) });
  if (config.daemon.sync_s === 0) return;
  const script = join(
    dirname(process.argv[1]!),
    process.argv[1]!.endsWith('.cjs') ? 'ledger-sync.cjs' : 'ledger-sync',
  );
  const command = [process.execPath, script, '--root', place.root];
  chores.start({
    ...{ name: 'sync', everyMs: config.daemon.sync_s * 1000 },
    run: () => exchange(command, call.io.environment),
  });
}

/** A changed version or configuration is followed by the new one. */
async function succeed(call: Call, { place }: Context, log: Log): Promise<void> {
  try {
    await startInBackground(runCommandOf(place), call.io.environment, () => isThere(call, place));
  } catch (error) {
    log.warn(`no successor: ${error}`);
  }
}
