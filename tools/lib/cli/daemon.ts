/** The verbs of `ledgerd`. */

import { join } from 'node:path';
import { socketsOf } from '../daemon/address.js';
import { type End, serveRoot, takePlace } from '../daemon/daemon.js';
import { Errands } from '../daemon/errands.js';
import { openLog } from '../daemon/log.js';
import { RecordQueue } from '../daemon/record-queue.js';
import { ask, startInBackground } from '../daemon/start.js';
import { SharedSync } from '../disk/shared-sync.js';
import { shareSyncs } from '../disk/sync.js';
import { Failure } from '../failure.js';
import { IdMemory } from '../ledger/id-memory.js';
import type { Place } from '../root/workspace.js';
import type { Call } from './command.js';
import { openContext } from './context.js';
import { EXIT } from './exit-codes.js';
import { serveCalls } from './serve.js';
import { stopSignal } from './stop.js';

const STOP_MS = 10_000;
const PAUSE_MS = 20;

/** `start`: in the background; returns when it answers. */
export async function start(call: Call): Promise<number> {
  const { place } = openContext(call);
  if (await isThere(call, place)) return EXIT.done;
  const command = [process.execPath, process.argv[1]!, 'run', '--root', place.root];
  await startInBackground(command, call.io.environment, () => isThere(call, place));
  return EXIT.done;
}

/** `stop`: returns when it has answered what it was asked and is gone. */
export async function stop(call: Call): Promise<number> {
  const { place } = openContext(call);
  if ((await ask(socketsHere(call, place), 'shutdown')) === undefined) {
    call.warn(`no ledgerd runs for ${place.root}`);
    return EXIT.missing;
  }
  const untilMs = performance.now() + STOP_MS;
  for (;;) {
    try {
      takePlace(place).release();
      return EXIT.done;
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== 'contention') throw error;
      if (performance.now() > untilMs) throw new Failure('contention', 'ledgerd has not ended yet');
    }
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
  }
}

/** `status`: what it is and does. */
export async function status(call: Call): Promise<number> {
  const { place } = openContext(call);
  const reply = await ask(socketsHere(call, place), 'status');
  if (reply === undefined) {
    if (call.args.isSet('json')) call.io.print('{"running":false}\n');
    else call.warn(`no ledgerd runs for ${place.root}`);
    return EXIT.missing;
  }
  const text = Buffer.concat(reply.prints.map(({ bytes }) => bytes)).toString();
  call.io.print(call.args.isSet('json') ? text : statusText(JSON.parse(text)));
  return EXIT.done;
}

function statusText(facts: Record<string, unknown>): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name.padEnd(12)} ${value}\n`)
    .join('');
}

/** `run`: in the foreground, until it has a reason to end. */
export async function run(call: Call): Promise<number> {
  const { place, config } = openContext(call);
  const taken = takePlace(place);
  const log = openLog(place.control);
  const syncs = new SharedSync(config.daemon.durability === 'relaxed', error => log.warn(String(error)));
  shareSyncs(syncs);
  const queue = new RecordQueue();
  const asked = new AbortController();
  stopSignal().addEventListener('abort', () => asked.abort());
  const errands = new Errands(place.root, () => asked.abort());
  const warm = { recordEvent: queue.record, ids: new IdMemory(() => call.io.clock.nowMs()) };
  const calls = serveCalls({ queue, warm, syncs, zone: process.env.TZ || undefined });
  const reason = await serveRoot({
    ...{ place, environment: call.io.environment, uid: process.getuid!(), syncs, log, signal: asked.signal },
    handle: async request => errands.answer(request) ?? (await calls(request)),
    idleTimeoutMs: config.daemon.idle_timeout_s * 1000,
    watched: [process.argv[1]!, join(place.root, 'ledger.config.json')],
    onListening: listening => {
      errands.listening = listening;
    },
  });
  log.info(`ended: ${reason}`);
  taken.release();
  await succeed(call, place, reason).catch((error: unknown) => log.warn(`no successor: ${error}`));
  await log.end();
  return EXIT.done;
}

/** A changed version is followed by the new one. */
async function succeed(call: Call, place: Place, reason: End): Promise<void> {
  if (reason !== 'changed') return;
  const command = [process.execPath, process.argv[1]!, 'run', '--root', place.root];
  await startInBackground(command, call.io.environment, () => isThere(call, place));
}

async function isThere(call: Call, place: Place): Promise<boolean> {
  return (await ask(socketsHere(call, place), 'ping')) !== undefined;
}

function socketsHere({ io }: Call, place: Place): string[] {
  return socketsOf(place, io.environment, process.getuid!());
}
