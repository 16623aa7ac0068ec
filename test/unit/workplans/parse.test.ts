import { expect, test } from 'vitest';
import { parseWorkplan } from '../../../tools/lib/workplans/parse.js';
import { parsePlan, planText, readYaml } from '../../support/workplans.js';

test('a task with everything', () => {
  const more = [
    'title: Pull gate',
    'assignee: andy',
    'depends_on: [T-0, "T-2"]',
    'state_hub_task_id: "f9dbad4e"',
  ];
  const [task] = parsePlan(planText([{ id: 'T-1', more }]))!.tasks;
  expect(task).toMatchObject({
    ...{ id: 'T-1', status: 'todo', priority: 'high', title: 'Pull gate', heading: 'A task' },
    ...{ assignee: 'andy', dependsOn: ['T-0', 'T-2'], hubId: 'f9dbad4e', line: 9 },
    place: { line: 11 },
  });
});

test('an id that is not set is none', () => {
  const { tasks, problems } = parsePlan(
    planText([{ id: 'T-1', more: ['state_hub_task_id: ~', 'assignee:'] }]),
  )!;
  expect(tasks[0]).toMatchObject({ hubId: undefined, assignee: undefined });
  expect(problems).toEqual([]);
});

test.each([
  ['# just a page\n\n```task\nid: x\nstatus: todo\n```\n'],
  ['---\ntitle: a page\n---\n'],
  ['---\ntype: "workplans"\n---\n'],
  ['\n---\ntype: workplan\n---\n'],
  [''],
])('%j is no workplan', text => {
  expect(parsePlan(text)).toBeUndefined();
});

test('a byte order mark and CR LF disturb nothing', () => {
  const text = `\ufeff${planText([{ id: 'T-1' }, { id: 'T-2', status: 'done' }]).replaceAll('\n', '\r\n')}`;
  const { tasks, problems } = parsePlan(text)!;
  expect(problems).toEqual([]);
  expect(tasks.map(({ id, status, line, place }) => [id, status, line, place?.line])).toEqual([
    ['T-1', 'todo', 9, 11],
    ['T-2', 'done', 17, 19],
  ]);
});

test('a block that is shown inside another fence is none', () => {
  const shown = '````markdown\n```task\nid: T-9\nstatus: todo\n```\n````\n~~~\n```task\n~~~\n';
  expect(parsePlan(planText([{ id: 'T-1' }]) + shown)!.tasks.map(({ id }) => id)).toEqual(['T-1']);
});

test('a block in a list is indented', () => {
  const { tasks } = parsePlan(
    `${planText([])}1. do it\n   ~~~~task\n   id: T-1\n   status: todo\n   ~~~~\n`,
  )!;
  expect(tasks).toMatchObject([{ id: 'T-1', status: 'todo' }]);
});

test.each([
  ['no id', 'status: todo', 1, 'has no "id"'],
  ['no status', 'id: T-1', 1, 'has no "status"'],
  ['a status that is none', 'id: T-1\nstatus: doing', 1, 'status must be one of'],
  ['broken YAML', 'id: T-1\nstatus: [', 3, 'YAML'],
  ['an id with control characters', 'id: "a\\u0007"\nstatus: todo', 1, 'control characters'],
  ['an id that is null', 'id: ~\nstatus: todo', 1, 'id must be of type string'],
])('%s: that task cannot be read, the others can', (_name, block, offset, message) => {
  const text = `${planText([])}\`\`\`task\n${block}\n\`\`\`\n\`\`\`task\nid: T-2\nstatus: done\n\`\`\`\n`;
  const fence = text.split('\n').indexOf('```task');
  const { tasks, problems } = parsePlan(text)!;
  expect(tasks.map(({ id }) => id)).toEqual(['T-2']);
  expect(problems).toHaveLength(1);
  expect(problems[0]!.message).toContain(message);
  expect(problems[0]!.line).toBe(fence + offset);
});

test('a frontmatter that cannot be read is told of when it is meant to be one of a workplan', () => {
  expect(parsePlan('---\ntype: workplan\ntitle: [\n---\n')).toMatchObject({
    tasks: [],
    problems: [{ line: 3 }],
  });
  expect(parsePlan('---\ntype: page\ntitle: [\n---\n')).toBeUndefined();
});

test('a block without an end', () => {
  const { tasks, problems } = parsePlan(`${planText([{ id: 'T-1' }])}\`\`\`task\nid: T-2\nstatus: todo\n`)!;
  expect(tasks).toHaveLength(1);
  expect(problems).toMatchObject([{ message: 'the task block has no closing fence' }]);
});

test('completed is read as done, and remembered', () => {
  expect(parsePlan(planText([{ id: 'T-1', status: 'completed' }]))!.tasks[0]).toMatchObject({
    ...{ status: 'done', synonym: 'completed' },
  });
});

test('10 MB are read', () => {
  const tasks = Array.from({ length: 50_000 }, (_, number) => ({
    id: `T-${number}`,
    more: ['title: "a task of the plan"'],
  }));
  const bytes = Buffer.from(planText(tasks) + '# nothing but a heading\n'.repeat(300_000));
  expect(bytes.length).toBeGreaterThan(10_000_000);
  expect(parseWorkplan(bytes, readYaml)!.tasks).toHaveLength(50_000);
});
