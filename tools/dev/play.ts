/** What is played: the tasks, and the agents' command. */

export interface DemoTask {
  id: string;
  title: string;
  waits: string[];
  /** Who alone may do it. */
  assignee?: string;
}

/** Nine for whoever is first; one for andy, once it is up again, and two for the agent of the other machine. */
export const TASKS: DemoTask[] = [
  { id: 'T-1', title: 'Read the export', waits: [] },
  { id: 'T-2', title: 'Name the columns', waits: [] },
  { id: 'T-3', title: 'Collect bad rows', waits: [] },
  { id: 'T-4', title: 'Parse dates', waits: ['T-1'] },
  { id: 'T-5', title: 'Map columns', waits: ['T-1', 'T-2'] },
  { id: 'T-6', title: 'Report bad rows', waits: ['T-3'] },
  { id: 'T-7', title: 'Import once', waits: ['T-4', 'T-5'] },
  { id: 'T-8', title: 'Import again', waits: ['T-5', 'T-6'] },
  { id: 'T-9', title: 'Compare both', waits: ['T-7', 'T-8'], assignee: 'andy' },
  { id: 'T-10', title: 'Write the notes', waits: ['T-3'] },
  { id: 'T-11', title: 'Test on the site', waits: ['T-9', 'T-10'], assignee: 'hybrid' },
  { id: 'T-12', title: 'Switch over', waits: ['T-11'], assignee: 'hybrid' },
];

export function workplanOf(tasks: DemoTask[]): string {
  const blocks = tasks.map(({ id, title, waits, assignee }) =>
    [
      ...[`### ${title}`, '', '```task', `id: ${id}`, 'status: todo', 'priority: high'],
      ...(assignee === undefined ? [] : [`assignee: ${assignee}`]),
      ...[`depends_on: [${waits.join(', ')}]`, '```', ''],
    ].join('\n'),
  );
  return ['---', 'type: workplan', 'title: Import', '---', '', ...blocks].join('\n');
}

const WORK_MS = 400;

/** For `mock-agent`: so many commands can be answered, each after its work. */
export function mockScript(count: number): string {
  const response = { action: 'implement', delay_ms: WORK_MS };
  return JSON.stringify({ responses: Array.from({ length: count }, () => response) });
}

/** A command as `mock-agent` reads it; the key tells which work it is. */
const MESSAGE = JSON.stringify({
  ...{ schema_version: 1, kind: 'command', id: '%s', run: 'run-20260101-000000-00000000', step: 'work' },
  ...{ agent: '%s', action: 'implement', task_id: '%s', idempotency_key: 'ik:%064d' },
  ...{ snapshot_id: 'snap-000000000000', iteration: 1, attempt: 1, inputs: {}, expected_outputs: [] },
  ...{ lease_id: '%s', epoch: '%d', deadline: '2100-01-01T00:00:00.000Z' },
}).replace('"%d"', '%d');

/**
 * The command that `ledger-work` runs: it asks `mock-agent` for the task. Each agent's mock notes in a file of its own what work
 * it has done, so that one can count how often each task was. However slow the machine is, andy's first task lasts until it is killed,
 * and T-12 until beta is back.
 */
export const AGENT_SCRIPT = `#!/bin/sh
note() { echo "$LEDGER_AGENT $LEDGER_TASK_ID $1 $$" >>../notes; }
until_there() {
  tries=0
  while [ ! -e "$1" ] && [ $tries -lt 300 ]; do sleep 0.05; tries=$((tries + 1)); done
}
note begin
case $LEDGER_AGENT in andy) until_there ../killed ;; esac
case $LEDGER_TASK_ID in T-12) until_there ../back ;; esac
printf '${MESSAGE}\\n' "$LEDGER_LEASE_ID" "$LEDGER_AGENT" "$LEDGER_TASK_ID" "\${LEDGER_TASK_ID#T-}" "$LEDGER_LEASE_ID" "$LEDGER_EPOCH" |
  mock-agent --script ../mock.json --state "../$LEDGER_AGENT.done" | grep -q '"event":"completed"' || exit 1
note end
`;
