/**
 * Reconciling: the log is append-only, so what is learned of an outcome after it was written is told by a
 * further event, an `info` whose `data.reconciles` is the id of the outcome and whose `data` has the values as
 * they are now known. Folded in, the outcome has them in place of its own. A correction counts for an outcome
 * of the same agent and writer; of several the latest wins, value by value. Only what a correction is there
 * for is taken from it: usage, cost and files. What happened stays as the outcome says it.
 */
import type { LedgerEvent } from '../record/event.js';

/** What a correction corrects. */
const VALUES = ['tokens', 'cost_usd', 'files_touched'] as const;

export interface Correction {
  /** The id of the outcome. */
  of: string;
  id: string;
  agent: string;
  writer: string | undefined;
  atMs: number;
  values: Record<string, unknown>;
  redactions: readonly unknown[];
}

/** The correction that an event is; undefined for every other event. */
export function correctionOf(event: LedgerEvent, atMs: number): Correction | undefined {
  const { agent, writer, data, id = '' } = event;
  const of = data.reconciles;
  if (event.event !== 'info' || typeof of !== 'string' || of === '') return undefined;
  const values = Object.fromEntries(VALUES.flatMap(key => (key in data ? [[key, data[key]]] : [])));
  return { of, id, agent, writer, atMs, values, redactions: listOf(data.redactions) };
}

/** The event as it is known now. Its `data.reconciled_by` has the ids of the corrections. */
export function foldCorrections(event: LedgerEvent, corrections: readonly Correction[]): LedgerEvent {
  if (corrections.length === 0) return event;
  const inOrder = corrections.toSorted((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
  const redactions = new Set(
    [listOf(event.data.redactions), ...inOrder.map(correction => correction.redactions)].flat(),
  );
  const data = {
    ...Object.assign({}, event.data, ...inOrder.map(({ values }) => values)),
    ...(redactions.size > 0 && { redactions: [...redactions].sort() }),
    reconciled_by: [...new Set(inOrder.map(({ id }) => id))],
  };
  return { ...event, data };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const NONE: readonly Correction[] = [];

/** Corrections by what they correct. */
export class Corrections {
  private readonly found = new Map<string, Correction[]>();

  add(correction: Correction): void {
    const known = this.found.get(correction.of);
    if (known) known.push(correction);
    else this.found.set(correction.of, [correction]);
  }

  remove(correction: Correction): void {
    const left = this.found.get(correction.of)?.filter(known => known !== correction) ?? [];
    if (left.length > 0) this.found.set(correction.of, left);
    else this.found.delete(correction.of);
  }

  of({ id, agent, writer }: LedgerEvent): readonly Correction[] {
    const found = this.found.get(id ?? '');
    if (found === undefined) return NONE;
    return found.filter(correction => correction.agent === agent && correction.writer === writer);
  }
}
