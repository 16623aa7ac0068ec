/**
 * Which boot of the machine this is. What a process writes without a sync, every later process of the same boot
 * sees, also when the writer is killed; only when the machine itself stops can a part of it be lost.
 */
import { readText } from './read.js';

let id: string | null | undefined;

/** The id that Linux gives each boot; null where there is none. */
export function linuxBootId(): string | null {
  if (id === undefined) id = readText('/proc/sys/kernel/random/boot_id')?.trim() || null;
  return id;
}

/** What tells boots apart: an id, or when the machine was started, as its present clocks have it. */
export interface Boot {
  id: string | null;
  startedMs: number;
}

export function thisBoot(): Boot {
  return { id: linuxBootId(), startedMs: Date.now() - Number(process.hrtime.bigint() / 1_000_000n) };
}

/** No machine boots twice within it; clocks that are corrected by more look like another boot, which costs time only. */
const SAME_WITHIN_MS = 10_000;

/** At most 36 characters that name a boot in a file. */
export function bootStamp({ id, startedMs }: Boot): string {
  return id ?? `started-${Math.round(startedMs)}`;
}

/** Whether a stamp was made in this boot. */
export function isOfBoot(stamp: string, boot: Boot): boolean {
  if (boot.id !== null) return stamp === boot.id;
  const startedMs = /^started-(\d{1,15})$/.exec(stamp)?.[1];
  return startedMs !== undefined && Math.abs(Number(startedMs) - boot.startedMs) < SAME_WITHIN_MS;
}
