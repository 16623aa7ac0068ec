/**
 * Sends one marked event through each command that a client has, in the way the client calls it, and looks for
 * it in the ledger. The events are of a kind that no client has, so they become `info`, start no turn and end
 * no session.
 */
import { addDays, type Clock, timestampNow } from '../clock.js';
import { readEnd } from '../disk/read.js';
import { listDayFiles } from '../ledger/day-file.js';
import { uuidV7 } from '../record/ids.js';
import type { JsonObject } from '../record/json.js';
import { shellWord } from '../setup/quote.js';
import { commandsOf } from './check-executables.js';
import { type Finding, finding } from './finding.js';
import type { World } from './world.js';

const PATIENCE_MS = 3000;
const PAUSE_MS = 100;
const TAIL_BYTES = 1024 * 1024;

export function probe(world: World, clock: Clock): Finding[] {
  return world.clients.flatMap(wired =>
    commandsOf(wired).flatMap(({ command, words }) => {
      const marker = uuidV7(clock.nowMs());
      const { environment } = world;
      const input = JSON.stringify(payloadFor(wired.client.name, marker, { world, clock }));
      world.start({
        words: words ?? [...shellOf(wired.client.name, environment), command],
        environment,
        input,
      });
      if (hasArrived(marker, world, clock)) return [];
      const by = (words?.map(shellWord).join(' ') ?? command).concat(' --strict info system "a test"');
      const message = `an event that ${wired.client.title} would send through "${command}" did not arrive in ${world.place.root}`;
      return [finding('probe-lost', message, by)];
    }),
  );
}

/** Codex takes the person's own shell as at a login. */
function shellOf(client: string, { SHELL }: World['environment']): string[] {
  return client === 'codex' ? [SHELL || '/bin/sh', '-lc'] : ['/bin/sh', '-c'];
}

/** A payload in the shape of the client. */
function payloadFor(
  client: string,
  marker: string,
  { world, clock }: { world: World; clock: Clock },
): JsonObject {
  const { root: cwd } = world.place;
  // Codex' session ids are UUIDs of version 7, and are told by that.
  const session_id = client === 'codex' ? marker : `ledger-doctor-${marker}`;
  const hook_event_name = 'LedgerDoctorProbe';
  switch (client) {
    case 'codex':
      return { session_id, turn_id: marker, transcript_path: null, cwd, hook_event_name, probe: marker };
    case 'cursor': {
      const ids = { conversation_id: marker, generation_id: marker };
      return { ...ids, hook_event_name, workspace_roots: [cwd], probe: marker };
    }
    case 'gemini':
      return {
        session_id,
        cwd,
        hook_event_name: 'PreCompress',
        timestamp: timestampNow(clock),
        probe: marker,
      };
    case 'copilot':
      return { sessionId: marker, timestamp: clock.nowMs(), cwd, probe: marker };
    case 'opencode':
      return { type: 'ledger.probe', properties: { sessionID: marker, probe: marker }, directory: cwd };
    default:
      return { session_id, transcript_path: '', cwd, hook_event_name, probe: marker };
  }
}

function hasArrived(marker: string, { place }: World, clock: Clock): boolean {
  for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
    const from = addDays(timestampNow(clock).slice(0, 10), -1);
    const files = listDayFiles(place.root, { from }).filter(({ writer }) => writer === undefined);
    if (files.some(({ path }) => readEnd(path, 0, TAIL_BYTES)?.bytes.includes(`"probe":"${marker}"`)))
      return true;
    if (waitedMs >= PATIENCE_MS) return false;
    clock.sleepMs(PAUSE_MS);
  }
}
