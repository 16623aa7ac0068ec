/** Days as this project writes them, made of nothing but the schema and the rule of the chain. */
import { createHash } from 'node:crypto';
import { formatEvent } from '../../tools/lib/record/event.js';

export interface DayOf {
  agent?: string;
  day?: string;
  writer?: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The `prev` of the line after this one. */
export const hashOf = sha256;

/** The lines of a writer's day, without their newlines. */
export function chainedLines(
  count: number,
  { agent = 'cls', day = '2026-11-24', writer = 'mbp-1' }: DayOf = {},
): string[] {
  const lines: string[] = [];
  let prev = sha256(`${agent}/${day}/${writer}`);
  for (let seq = 1; seq <= count; seq++) {
    const minute = String(Math.trunc(seq / 60) % 60).padStart(2, '0');
    const second = String(seq % 60).padStart(2, '0');
    const number = sha256(`${agent}${day}${writer}${seq}`).slice(0, 12);
    const line = formatEvent({
      ...{ ts: `${day}T10:${minute}:${second}.000+00:00`, agent, session_id: `${day}_${agent}_001` },
      ...{ event: 'info', task_id: `T-${seq}`, source: 'test', summary: `step ${seq}`, data: { step: seq } },
      ...{ id: `01a20ada-2c56-741c-873a-${number}`, schema_version: 1, writer, worktree: 'main', seq, prev },
    });
    lines.push(line);
    prev = sha256(line);
  }
  return lines;
}

/** What the head of a day says after its last line. */
export function anchorOf(
  lines: string[],
  { writer = 'mbp-1' }: DayOf = {},
): { writer: string; seq: number; hash: string } {
  return { writer, seq: lines.length, hash: sha256(lines.at(-1)!) };
}
