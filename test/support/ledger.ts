/** Day files written by hand, as other machines, older tools and accidents write them. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LedgerEvent } from '../../tools/lib/record/event.js';

/** A line of an event, without its newline. */
export function eventLine(event: Partial<LedgerEvent> & { ts: string }): string {
  const { ts, agent = 'cls', ...rest } = event;
  const session_id = `${ts.slice(0, 10)}_${agent}_001`;
  const known = { session_id, event: 'info', task_id: 'T-1', source: 'test', summary: 'hello', data: {} };
  return JSON.stringify({ ts, agent, ...known, ...rest });
}

/** Appends text to a file below the root, e.g. `g/ledger/cls/2026-11-24.jsonl`. @returns its path */
export function appendText(root: string, name: string, text: string): string {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, text);
  return path;
}

/** Appends lines to a day file, e.g. `cls/2026-11-24.other-1.jsonl`. @returns its path */
export function appendLines(root: string, name: string, ...lines: string[]): string {
  return appendText(root, `g/ledger/${name}`, lines.map(line => `${line}\n`).join(''));
}
