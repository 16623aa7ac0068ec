/** Events for people: one row each, cut to the width of the terminal. */
import { formatTimestamp, parseTimestamp } from '../clock.js';
import { looseEvent } from '../ledger/day.js';
import type { LedgerEvent } from '../record/event.js';
import type { Io } from './command.js';
import type { EventOutput } from './event-output.js';
import { type Paint, paintFor } from './paint.js';
import { type Cell, type Column, formatRow, givenWidths, neededWidths } from './table.js';

const ROWS_AT_ONCE = 500;
/** From this width on there is room for the year and the seconds. */
const WIDE = 100;

const COLUMNS: Column[] = [
  { title: 'TIME', most: 19 },
  { title: 'AGENT', most: 16 },
  { title: 'EVENT', most: 16 },
  { title: 'TASK', most: 40 },
  { title: 'SUMMARY', most: 1000 },
];

export class EventTable implements EventOutput {
  private readonly paint: Paint;
  private rows: Cell[][] = [];
  /** Columns only become wider while rows are added. */
  private needed: number[] | undefined;

  constructor(private readonly io: Io) {
    this.paint = paintFor(io);
  }

  add(line: Buffer): void {
    const event = looseEvent(line);
    if (event) this.rows.push(this.rowOf(event));
    if (this.rows.length >= ROWS_AT_ONCE) this.flush();
  }

  flush(): void {
    if (this.rows.length === 0) return;
    const known = this.needed;
    this.needed = neededWidths(COLUMNS, this.rows).map((width, index) =>
      Math.max(width, known?.[index] ?? 0),
    );
    const widths = givenWidths(this.needed, this.io.width());
    const title = COLUMNS.map(column => ({ text: column.title, paint: this.paint.dim }));
    const rows = known ? this.rows : [title, ...this.rows];
    this.io.print(rows.map(row => `${formatRow(row, widths)}\n`).join(''));
    this.rows = [];
  }

  /** The time is that of the person who looks, not of the agent. */
  private rowOf({ ts, agent, event, task_id, summary }: LedgerEvent): Cell[] {
    const { clock } = this.io;
    const atMs = parseTimestamp(ts)!;
    const local = formatTimestamp(atMs, clock.offsetMinutes(atMs)).replace('T', ' ');
    return [
      { text: this.io.width() >= WIDE ? local.slice(0, 19) : local.slice(5, 16), paint: this.paint.dim },
      { text: agent },
      { text: event, paint: this.paintOf(event) },
      { text: task_id === 'system' ? '' : task_id },
      { text: summary },
    ];
  }

  private paintOf(event: string): Cell['paint'] {
    switch (event) {
      case 'task_start':
        return this.paint.cyan;
      case 'task_result':
        return this.paint.green;
      case 'error':
        return this.paint.red;
      default:
        return undefined;
    }
  }
}
