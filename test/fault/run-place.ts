/** A place with a run of agents that honour keys, and what its end must be, whatever happened on the way. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { checkedRun } from '../support/run-records.js';
import { linesIn } from '../support/workspace.js';
import { faultPlace, findingsIn, type Place, type Ran } from './place.js';

const MOCK = join(import.meta.dirname, '../../dist/bin/mock-agent.cjs');
export const RESPONSES = [
  { action: 'implement', writes: { 'src/a.txt': '1' }, artifacts: ['src/a.txt'] },
  { action: 'review', event: 'review.changes_requested', summary: 'rename it' },
  { action: 'implement', writes: { 'src/a.txt': '2' }, artifacts: ['src/a.txt'] },
  { action: 'review', event: 'review.approved' },
];

/** A place with a plan that has a review loop, and agents that honour keys. */
export function runPlace(responses: object[] = RESPONSES, base?: string): Place {
  const place = faultPlace(base);
  const { root } = place;
  const command = [process.execPath, MOCK, '--script', '../script.json', '--state', '../effects.jsonl'];
  const step = { agent: 'builder', protocol: 'ndjson', command };
  const steps = [
    { ...step, id: 'implement', action: 'implement', expected_outputs: ['src/a.txt'] },
    { ...step, id: 'review', action: 'review', needs: ['implement'], loop: { back_to: 'implement' } },
  ];
  writeFileSync(join(root, '../script.json'), JSON.stringify({ heartbeat_s: 0.1, responses }));
  writeFileSync(join(root, '../plan.json'), JSON.stringify({ task_id: 'T-1', steps }));
  writeFileSync(
    join(root, 'ledger.config.json'),
    JSON.stringify({ runs: { backoff_s: 0.01, heartbeat_s: 0.4 }, claims: { default_ttl_s: 5 } }),
  );
  return place;
}

export const START = ['--plan', '../plan.json', '--quiet'];

export function runsOf({ base }: Place): string[] {
  const control = join(base, 'state/agent-ledger');
  const [root] = readdirSync(control);
  const directory = join(control, root!, 'runs');
  return readdirSync(directory).flatMap(name => (name.startsWith('run-') ? [join(directory, name)] : []));
}

/** Resumes the run that was begun, or begins one. */
export function goOn(place: Place): Ran {
  const { output } = place.run('ledger-run', ['list', '--json']);
  if (output === '') return place.run('ledger-run', START);
  const { run, status } = JSON.parse(output) as { run: string; status: string };
  expect(status).not.toBe('aborted');
  return place.run('ledger-run', ['resume', run, '--quiet']);
}

interface End {
  steps: unknown;
  /** The keys whose work was done, in order, once for each time. */
  done: string[];
  text: string;
}

/** The end of a run, which must be whole, proven, and told. */
export function endOf(place: Place): End {
  const all = runsOf(place).filter(directory => readdirSync(directory).includes('log.jsonl'));
  const begun = all.filter(directory => readFileSync(join(directory, 'log.jsonl'), 'utf8') !== '');
  expect(begun).toHaveLength(1);
  const { entries, state } = checkedRun(begun[0]!);
  expect(state).toMatchObject({ status: 'completed', reason: null });
  const run = state.run as string;
  expect(place.run('ledger-run', ['verify', run])).toEqual({ status: 0, output: '', messages: '' });
  expect(place.run('ledger-claim', ['check', 'T-1']).status, 'the task is completed').toBe(5);
  const told = place.run('ledger-query', ['--json', '--limit', '1000']).output.split('\n').slice(0, -1);
  const keys = told.map(line => (JSON.parse(line) as { idempotency_key?: string }).idempotency_key ?? '');
  const ofRun = keys.filter(key => key.startsWith(run)).sort();
  expect(ofRun).toEqual(entries.map(({ seq }) => `${run}:${seq}`).sort());
  expect(findingsIn(place).replace(/^.*: order: .*\n/gm, '')).not.toMatch(/error/);
  const notes = linesIn(join(place.base, 'effects.jsonl')).map(
    line => JSON.parse(line) as { note: string; key: string },
  );
  return {
    steps: (state.steps as { attempt: number }[]).map(({ attempt: _attempt, ...step }) => step),
    done: notes.flatMap(({ note, key }) => (note === 'done' ? [key] : [])),
    text: readFileSync(join(place.root, 'src/a.txt'), 'utf8'),
  };
}

let expectedEnd: End | undefined;

/** The end of a run that nothing happens to. */
export function undisturbed(): End {
  expectedEnd ??= undisturbedEnd();
  return expectedEnd;
}

function undisturbedEnd(): End {
  const place = runPlace();
  expect(place.run('ledger-run', START)).toEqual({ status: 0, output: '', messages: '' });
  const end = endOf(place);
  expect(new Set(end.done).size).toBe(4);
  return end;
}
