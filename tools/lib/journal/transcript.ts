/** Looking into a client's transcript, which may not exist yet, be growing, or have any size. */
import type { Transcript } from '../clients/plan.js';
import type { Client } from '../clients/signal.js';
import { transcriptUsage } from '../clients/transcript.js';
import { fileSize, readEnd } from '../disk/read.js';
import { Failure } from '../failure.js';

const LONGEST_READ_BYTES = 4 * 1024 * 1024;

/** The transcript at a path; undefined when there is none to read. At most its last 4 MiB are looked at. */
export function openTranscript(client: Client, path: string | undefined): Transcript | undefined {
  const size = path === undefined ? undefined : ifReadable(() => fileSize(path));
  if (path === undefined || size === undefined) return undefined;
  return {
    size,
    usageSince: from => {
      const end = ifReadable(() => readEnd(path, from ?? 0, LONGEST_READ_BYTES));
      if (end === undefined) return undefined;
      const isCut = from === undefined || end.position > from;
      return transcriptUsage(client, end.bytes.toString().split('\n'), isCut);
    },
  };
}

/** A transcript is a nicety: one that the disk refuses is as good as none. */
function ifReadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
