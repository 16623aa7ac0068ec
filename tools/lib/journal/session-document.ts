/** The Markdown of a session's facts. The same facts give the same text, whenever it is made. */
import type { Tokens } from '../clients/signal.js';
import { formatElapsed } from '../clock.js';
import { table, tableCell } from './markdown.js';
import type { SessionFacts, TaskFacts, TimelineFacts } from './session-facts.js';

/** Beyond this a table shows its first and its last rows. */
const MOST_ROWS = 1000;

/** Everything above the notes. It ends with the heading of the notes and an empty line. */
export function sessionDocument(facts: SessionFacts): string {
  const clock = wallClock(facts.started_at);
  return `${[
    `# Session ${facts.session_id}`,
    '<!-- Made by session-summary from the ledger, and made again by its next run. Write under Notes. -->',
    overview(facts, clock),
    '## Tasks',
    taskSection(facts, clock),
    '## Errors',
    section(facts, ['Time', 'Task', 'Error'], errorRows(facts, clock)),
    '## Timeline',
    section(facts, ['Time', 'Event', 'Task', 'Summary'], timelineRows(facts.timeline, clock)),
    '## Notes',
  ].join('\n\n')}\n\n`;
}

function overview(facts: SessionFacts, clock: Show): string {
  const [start, end] = [wallTime(facts.started_at), wallTime(facts.last_event_at)];
  const kinds = Object.entries(facts.events).map(([event, count]) => `${count} ${tableCell(event)}`);
  const done = facts.tasks.filter(({ finished_at }) => finished_at !== null).length;
  return [
    `- **Agent:** ${facts.agent}`,
    `- **Date:** ${start.day === end.day ? start.day : `${start.day} to ${end.day}`}`,
    `- **Time:** ${start.time} ${start.offset} to ${clock(facts.last_event_at)} (${formatElapsed(facts.duration_ms)})`,
    `- **Total events:** ${facts.total_events} (${kinds.join(', ')})`,
    `- **Tasks completed:** ${done} of ${facts.tasks.length}`,
    ...(facts.tokens === null ? [] : [`- **Tokens:** ${shownTokens(facts.tokens)}`]),
    ...(facts.cost_usd === null ? [] : [`- **Cost:** ${shownCost(facts.cost_usd)}`]),
    `- **Writer:** ${facts.writer}`,
  ].join('\n');
}

/** Usage has columns where it is known of a task. */
function taskSection(facts: SessionFacts, clock: Show): string {
  const columns: [string, (task: TaskFacts) => string][] = [
    ['Task', task => tableCell(task.task_id)],
    ['Status', task => tableCell(task.status)],
    ['Duration', task => (task.duration_ms === null ? '' : formatElapsed(task.duration_ms))],
    ['Tokens', task => (task.tokens === null ? '' : shownTokens(task.tokens))],
    ['Cost', task => (task.cost_usd === null ? '' : shownCost(task.cost_usd))],
    ['Started', task => (task.started_at === null ? '' : clock(task.started_at))],
    ['Result', task => tableCell(task.summary)],
  ];
  const isKnown = (name: string): boolean =>
    (name !== 'Tokens' || facts.tokens !== null) && (name !== 'Cost' || facts.cost_usd !== null);
  const shown = columns.filter(([name]) => isKnown(name));
  const rows = facts.tasks.map(task => shown.map(([, cell]) => cell(task)));
  return section(
    facts,
    shown.map(([name]) => name),
    rows,
  );
}

/** `12,345 in (12,000 cached), 678 out`. */
function shownTokens({ input, cached_input, output }: Tokens): string {
  const cached = cached_input > 0 ? ` (${count(cached_input)} cached)` : '';
  return `${count(input)} in${cached}, ${count(output)} out`;
}

const count = (number: number): string => String(number).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** Cents, and as many digits more as a small sum needs. */
function shownCost(costUsd: number): string {
  const digits = costUsd > 0 && costUsd < 1 ? 4 : 2;
  return `$${costUsd.toFixed(digits)}`;
}

function errorRows({ errors }: SessionFacts, clock: Show): string[][] {
  return errors.map(({ ts, task_id, summary, error }) => [
    clock(ts),
    tableCell(task_id),
    tableCell(error === null || error === summary ? summary : `${summary}: ${error}`),
  ]);
}

/** Heartbeats in a row share one line. */
function timelineRows(timeline: TimelineFacts[], clock: Show): string[][] {
  const rows: string[][] = [];
  for (let index = 0; index < timeline.length; index++) {
    const { ts, event, task_id, summary } = timeline[index]!;
    let last = index;
    while (event === 'heartbeat' && timeline[last + 1]?.event === event) last++;
    const isRun = last > index;
    rows.push([
      clock(ts),
      isRun ? `${event} ×${last - index + 1}` : tableCell(event),
      tableCell(task_id),
      isRun ? `until ${clock(timeline[last]!.ts)}` : tableCell(summary),
    ]);
    index = last;
  }
  return rows;
}

function section({ session_id }: SessionFacts, head: string[], rows: string[][]): string {
  if (rows.length === 0) return 'None.';
  if (rows.length <= MOST_ROWS) return table(head, rows);
  const half = MOST_ROWS / 2;
  const left = `${rows.length - MOST_ROWS} more: \`ledger-query --session ${session_id}\``;
  const gap = head.map((_name, column) => (column === head.length - 1 ? left : '…'));
  return table(head, [...rows.slice(0, half), gap, ...rows.slice(-half)]);
}

type Show = (ts: string) => string;

/** Shows times as the session's wall clock did: the day and the offset only where they are not the first event's. */
function wallClock(firstTs: string): Show {
  const first = wallTime(firstTs);
  return ts => {
    const { day, time, offset } = wallTime(ts);
    return [day === first.day ? '' : day, time, offset === first.offset ? '' : offset]
      .filter(part => part !== '')
      .join(' ');
  };
}

/** The parts of a timestamp, which is known to be one. */
function wallTime(ts: string): { day: string; time: string; offset: string } {
  const offset = ts.slice(19).replace(/^\.\d+/, '');
  return {
    day: ts.slice(0, 10),
    time: ts.slice(11, 19),
    offset: /^z$/i.test(offset) ? '+00:00' : offset.replace(/^(...)(\d\d)$/, '$1:$2'),
  };
}
