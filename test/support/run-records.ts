/** Everything that runs leave behind, held against the schemas. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { validatePlan } from '../../tools/lib/record/generated/validate-plan.js';
import { validateReceipt } from '../../tools/lib/record/generated/validate-receipt.js';
import { validateRunEntry } from '../../tools/lib/record/generated/validate-run-entry.js';
import { validateRunState } from '../../tools/lib/record/generated/validate-run-state.js';
import { validateSnapshotManifest } from '../../tools/lib/record/generated/validate-snapshot-manifest.js';
import { linesIn } from './workspace.js';

type Validator = { (value: unknown): boolean; errors?: unknown[] | null };

function check(validate: Validator, text: string): Record<string, unknown> {
  const value = JSON.parse(text) as Record<string, unknown>;
  expect(validate(value), `${text.slice(0, 500)}: ${JSON.stringify(validate.errors)}`).toBe(true);
  return value;
}

export interface RunRecords {
  entries: Record<string, unknown>[];
  state: Record<string, unknown>;
  /** The names of the receipts. */
  receipts: string[];
}

/** @param directory of a run that has ended */
export function checkedRun(directory: string): RunRecords {
  const within = (name: string): string[] =>
    existsSync(join(directory, name)) ? readdirSync(join(directory, name)).sort() : [];
  const text = (name: string): string => readFileSync(join(directory, name), 'utf8');
  const plan = JSON.parse(text('plan.json')) as { steps: { loop: unknown }[] };
  // A step without a loop is recorded with null.
  const steps = plan.steps.map(({ loop, ...step }) => (loop === null ? step : { ...step, loop }));
  check(validatePlan, JSON.stringify({ ...plan, steps }));
  const entries = linesIn(join(directory, 'log.jsonl')).map(line => check(validateRunEntry, line));
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_entry, index) => index + 1));
  const receipts = within('receipts');
  for (const name of receipts) {
    if (name.endsWith('.json')) check(validateReceipt, text(`receipts/${name}`));
  }
  for (const name of within('snapshots').filter(entry => entry.endsWith('.jsonl'))) {
    for (const line of linesIn(join(directory, 'snapshots', name))) check(validateSnapshotManifest, line);
  }
  return { entries, state: check(validateRunState, text('state.json')), receipts };
}
