/** Who is doing what now, for people. */
import { formatDuration, formatTimestamp, parseTimestamp, timestampNow } from '../clock.js';
import type { AgentOverview } from '../journal/overview.js';
import type { Io } from './command.js';
import { type Paint, paintFor } from './paint.js';
import { type Cell, type Column, formatRow, givenWidths, neededWidths } from './table.js';
import { clip } from './visible.js';

const COLUMNS: Column[] = [
  { title: 'AGENT', most: 24 },
  { title: 'STATE', most: 8 },
  { title: 'TASK', most: 40 },
  { title: 'SINCE', most: 19 },
  { title: 'HEARTBEAT', most: 16 },
  { title: 'SESSION', most: 40 },
  { title: 'WRITER', most: 48 },
];
/** Stands for what is not known. */
const UNKNOWN = '-';
const INDENT = '  ';

export interface Drawing {
  io: Io;
  /** Columns of the terminal. */
  width: number;
}

/** A title, and a line for each agent; what is wrong with an agent stands below its line. */
export function statusTable(agents: AgentOverview[], { io, width }: Drawing): string[] {
  const paint = paintFor(io);
  const rows = agents.map(agent => rowOf(agent, io, paint));
  const widths = givenWidths(neededWidths(COLUMNS, rows), width);
  const title = COLUMNS.map(column => ({ text: column.title, paint: paint.dim }));
  return [
    formatRow(title, widths),
    ...agents.flatMap((agent, index) => [formatRow(rows[index]!, widths), ...notesOf(agent, paint, width)]),
  ];
}

/** The table for a whole terminal of so many rows, and what can be done there. */
export function statusPage(agents: AgentOverview[], drawing: Drawing, rows: number): string[] {
  const { io, width } = drawing;
  const table = agents.length > 0 ? statusTable(agents, drawing) : [clip('there are no agents yet', width)];
  const room = Math.max(2, rows - 2);
  const left = table.length - room + 1;
  const shown = left > 1 ? [...table.slice(0, room - 1), clip(`… ${left} more lines`, width)] : table;
  const footer = `${timestampNow(io.clock).slice(11, 19)}  q quits`;
  return [...shown, '', paintFor(io).dim(clip(footer, width))];
}

function rowOf(agent: AgentOverview, { clock }: Io, paint: Paint): Cell[] {
  const local = (instantMs: number): string => formatTimestamp(instantMs, clock.offsetMinutes(instantMs));
  const nowMs = clock.nowMs();
  const sinceMs = agent.since === null ? undefined : parseTimestamp(agent.since);
  const since =
    sinceMs === undefined
      ? UNKNOWN
      : `${timeFor(local(sinceMs), local(nowMs))} (${formatDuration(nowMs - sinceMs)})`;
  return [
    { text: agent.agent, paint: paint.bold },
    { text: agent.state ?? UNKNOWN, paint: stateColor(agent.state, paint) },
    { text: agent.last_task_id ?? '', paint: agent.state === 'busy' ? undefined : paint.dim },
    { text: since },
    heartbeatCell(agent, paint),
    { text: agent.session_id ?? '', paint: paint.dim },
    { text: [agent.writer ?? '', agent.is_ours ? '(here)' : ''].join(' ').trim(), paint: paint.dim },
  ];
}

/** The time of day, and the date unless it is today. */
function timeFor(then: string, now: string): string {
  const isToday = then.slice(0, 10) === now.slice(0, 10);
  return isToday ? then.slice(11, 16) : then.slice(5, 16).replace('T', ' ');
}

function stateColor(state: AgentOverview['state'], paint: Paint): Cell['paint'] {
  switch (state) {
    case 'busy':
      return paint.cyan;
    case 'idle':
      return paint.green;
    case 'error':
      return paint.red;
    case 'offline':
      return paint.dim;
    case null:
      return undefined;
  }
}

function heartbeatCell({ heartbeat_age_s, is_stale }: AgentOverview, paint: Paint): Cell {
  const age = heartbeat_age_s === null ? UNKNOWN : `${formatDuration(heartbeat_age_s * 1000)} ago`;
  return is_stale ? { text: `${age}, stale`, paint: paint.yellow } : { text: age };
}

function notesOf({ last_error, claims, problem }: AgentOverview, paint: Paint, width: number): string[] {
  const note = (text: string | null, color: (text: string) => string): string[] =>
    text === null ? [] : [color(clip(INDENT + text, width))];
  const holds = claims.map(({ task_id, epoch, expires_at, is_over }) => {
    const end =
      expires_at === null
        ? 'without an end'
        : `${is_over ? 'ended at' : 'until'} ${expires_at.slice(11, 16)}`;
    return `holds ${task_id} ${end}, epoch ${epoch}`;
  });
  return [
    ...holds.flatMap(text => note(text, paint.dim)),
    ...note(last_error, paint.red),
    ...note(problem, paint.yellow),
  ];
}
