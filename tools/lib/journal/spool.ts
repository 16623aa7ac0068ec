/**
 * The spool: notices that could not be delivered at once, because another process held the agent's lock and a
 * hook must not wait. It is a directory in the control plane, one file a notice, named by an id so
 * that names sort by time.
 *
 * A file appears by rename, whole and synced, and is removed only after its event is on disk, both without
 * any lock of the spool's own: a file that many append to could not be emptied without one. Who delivers
 * holds the agent's lock. A crash between delivering and removing delivers again under the same idempotency
 * key, which adds nothing.
 */
import { existsSync } from 'node:fs';
import { type Notice, parseNotice } from '../clients/notice.js';
import type { Clock } from '../clock.js';
import { listDirectory, makePrivate } from '../disk/directory.js';
import { readText } from '../disk/read.js';
import { setAside } from '../disk/remove.js';
import { replaceFile } from '../disk/replace.js';
import { join } from '../path.js';
import { uuidV7 } from '../record/ids.js';
import type { Place } from '../root/workspace.js';

const NOTICE_FILE = /^[0-9a-f]{8}-[0-9a-f-]{27}\.json$/;

/** Where notices for an agent wait. */
export function spoolDirectory(place: Place, agent: string): string {
  return join(place.control, 'spool', agent);
}

/** Puts a notice where its deliverer will look. */
export function spoolNotice(directory: string, notice: Notice, clock: Clock): void {
  const id = uuidV7(clock.nowMs());
  makePrivate(directory);
  replaceFile(join(directory, `${id}.json`), JSON.stringify(notice), { isDurable: true });
}

export interface Waiting {
  /** UUIDv7: the same notice twice gives one event. */
  id: string;
  notice: Notice;
  path: string;
}

/** What waits in a spool, oldest first. A damaged file is set aside and named to `warn`. */
export function waitingNotices(directory: string, warn: (message: string) => void): Waiting[] {
  // Looked at on every tool call, and nearly never there: not finding it must not cost an error.
  if (!existsSync(directory)) return [];
  return listDirectory(directory).flatMap(name => {
    if (!NOTICE_FILE.test(name)) return [];
    const path = join(directory, name);
    const notice = parseNotice(readText(path) ?? '');
    if (notice !== undefined) return [{ id: name.slice(0, -'.json'.length), notice, path }];
    warn(`a notice in the spool is damaged; it is kept as ${setAside(path)}`);
    return [];
  });
}
