/**
 * The present as a machine can tell it: what its wall shows, which a person or a time server may set, and how
 * long it has been running, which nobody can. A monotonic clock says something only within one boot.
 */
import { builtin } from '../builtin.js';
import { type Clock, timestampNow } from '../clock.js';
import { linuxBootId } from '../disk/boot.js';

export interface Moment {
  wallMs: number;
  /** The same as a timestamp with the local offset. */
  ts: string;
  offsetMinutes: number;
  /** Names this boot of the machine; null where the system does not tell it. */
  boot: string | null;
  monoMs: number;
  /** Whose moment it is. */
  writer: string;
}

/** The part of a moment that comes from the machine. */
export type Machine = () => Pick<Moment, 'boot' | 'monoMs'>;

export function momentNow(clock: Clock, writer: string, machine: Machine = thisMachine): Moment {
  const wallMs = clock.nowMs();
  return {
    wallMs,
    ts: timestampNow(clock),
    offsetMinutes: clock.offsetMinutes(wallMs),
    writer,
    ...machine(),
  };
}

let boot: string | null | undefined;

/** Linux keeps the id of a boot in a file; macOS tells it when asked. */
const thisMachine: Machine = () => {
  boot ??= linuxBootId() ?? darwinBoot();
  // The first use of `performance` would load modules for longer than the whole acquire takes.
  return { boot, monoMs: Number(process.hrtime.bigint() / 1_000_000n) };
};

function darwinBoot(): string | null {
  if (process.platform !== 'darwin') return null;
  const answer = builtin('node:child_process').execFileSync(
    '/usr/sbin/sysctl',
    ['-n', 'kern.bootsessionuuid'],
    { timeout: 2000 },
  );
  return answer.toString().trim() || null;
}
