import { describe, expect, test } from 'vitest';
import {
  escaped,
  formatRows,
  type PlanRow,
  parseRows,
  unescaped,
} from '../../../tools/lib/workplans/kept-plan.js';
import type { WorkplanTask } from '../../../tools/lib/workplans/parse.js';

const bare: WorkplanTask = {
  ...{ id: 'T-1', status: 'todo', line: 12, dependsOn: [], place: undefined, synonym: undefined },
  ...{ priority: undefined, title: undefined, heading: undefined, assignee: undefined, hubId: undefined },
};
const full: WorkplanTask = {
  ...{ id: 'งาน "1"\\n', status: 'done', line: 3, dependsOn: ['a, b', 'ø\u{1f600}'] },
  ...{ place: { start: 5, end: 9, line: 4 }, synonym: 'completed', priority: 'high' },
  ...{ title: 'a\ttab', heading: 'two\nlines — and \ud800', assignee: 'andy', hubId: 'HUB-1' },
};

/** As plain objects: what is kept has its fields in another way. */
function told(row: PlanRow): unknown {
  const tasks = row.plan?.tasks.map(task =>
    Object.fromEntries(Object.keys(bare).map(key => [key, task[key as keyof WorkplanTask]])),
  );
  return { ...row, plan: row.plan && { ...row.plan, tasks } };
}

describe('kept workplans', () => {
  const rows: PlanRow[] = [
    { path: '/a/plan\n\nü.md', version: '2b90', plan: { tasks: [bare, full], problems: [] } },
    { path: '/a/none.md', version: '1 2 3.5 4', plan: undefined },
    { path: '/a/empty.md', version: 'x', plan: { tasks: [], problems: [{ line: 2, message: 'a\tb — c' }] } },
  ];

  test('are read as they were', () => {
    const kept = [...parseRows(formatRows(rows)).values()].map(row => row());
    expect(kept.map(told)).toEqual(rows.map(told));
    expect([...parseRows(formatRows(rows)).keys()]).toEqual(rows.map(({ path }) => path));
  });

  test('are written as they were read, in ASCII', () => {
    const text = formatRows(rows);
    expect(formatRows([...parseRows(text).values()].map(row => row()))).toBe(text);
    expect(text).toMatch(/^[\x00-\x7f]*$/);
  });

  test('any text can be a field of a line', () => {
    for (const text of ['', 'plain', 'a\\b', '\\u0041', 'tab\t', 'line\n', '"', 'é', '\ud800', '\u2028']) {
      expect(unescaped(escaped(text))).toBe(text);
      expect(escaped(text)).not.toMatch(/[\t\n]/);
    }
  });
});
