/** A live `ledger-write --stdin`, fed one event at a time: the next one follows when the last is acknowledged. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { LedgerEvent } from '../../tools/lib/record/event.js';
import type { Place } from './place.js';

export interface Feeder {
  child: ChildProcessWithoutNullStreams;
  /** Writes one event. @returns it as it is on disk; undefined when the process has ended instead */
  write(summary: string, data: Record<string, unknown>): Promise<LedgerEvent | undefined>;
  /** Ends the stream. @returns the exit status; null when it was killed */
  end(): Promise<number | null>;
}

export function startFeeder(place: Place): Feeder {
  const child = place.start('ledger-write', ['cls', '--stdin', '--json']);
  const answers = acknowledgements(createInterface(child.stdout));
  const ended = once(child, 'close') as Promise<[number | null]>;
  // A process that was killed cannot be written to.
  child.stdin.on('error', () => undefined);
  return {
    child,
    write: async (summary, data) => {
      child.stdin.write(
        `${JSON.stringify({ event: 'info', task_id: 'T-1', source: 'feeder', summary, data })}\n`,
      );
      const { value } = await answers.next();
      return value === undefined ? undefined : (JSON.parse(value) as LedgerEvent);
    },
    end: async () => {
      child.stdin.end();
      return (await ended)[0];
    },
  };
}

function acknowledgements(lines: Interface): AsyncIterator<string, undefined> {
  return lines[Symbol.asyncIterator]() as AsyncIterator<string, undefined>;
}
