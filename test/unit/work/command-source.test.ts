import { expect, test } from 'vitest';
import { parseTask } from '../../../tools/lib/work/command-source.js';
import { refusal } from '../../support/failure.js';

test('a line is an id, or an object with more', () => {
  expect(parseTask('  T-1 with words ')).toEqual({ id: 'T-1 with words', dependsOn: [], status: 'todo' });
  const line =
    '{"id": 7, "title": "Seven", "priority": "HIGH", "assignee": "cls", "depends_on": ["A", 3], "status": "completed"}';
  expect(parseTask(line)).toEqual({
    ...{ id: '7', title: 'Seven', priority: 'high', assignee: 'cls', dependsOn: ['A'], status: 'done' },
  });
});

test.each(['{"title": "no id"}', '{broken', 'x\u0007', '{"id": ["a"]}'])('%j is no task', line => {
  refusal('data', () => parseTask(line));
});
