import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import { editStatuses, takeBack } from '../../../tools/lib/workplans/edit-status.js';
import { TASK_STATUSES } from '../../../tools/lib/workplans/task-status.js';
import { refusal } from '../../support/failure.js';
import { checkProperty } from '../../support/rounds.js';
import { parsePlan, planText, readYaml } from '../../support/workplans.js';

const FRONT = '---\ntype: workplan\n---\n';
const block = (...lines: string[]): string => ['```task', ...lines, '```', ''].join('\n');

function edited(text: string | Buffer, id = 'T-1', from = 'todo' as const, to = 'done' as const): string {
  return editStatuses(Buffer.from(text as string), [{ id, from, to }], readYaml).bytes.toString('latin1');
}

test.each([
  ['plain', 'status: todo'],
  ['with a comment', 'status: todo   # status: todo'],
  ['in double quotes', 'status: "todo" '],
  ['in single quotes', "status:   'todo'"],
  ['a quoted key', '"status" : todo'],
  ['after a tab', 'status:\ttodo\t'],
])('only the word changes: %s', (_name, line) => {
  const text = `${FRONT}status: todo\n${block('id: T-0', 'status: todo')}${block('id: T-1', line, 'title: todo')}`;
  const at = text.lastIndexOf(line);
  const expected = text.slice(0, at) + line.replace('todo', 'done') + text.slice(at + line.length);
  expect(edited(text)).toBe(expected);
});

test('CR LF, trailing spaces and bytes that are not UTF-8 stay', () => {
  const text = `${FRONT}\xff\xfe café \t \r\n${block('id: T-1', 'status: todo')}x`.replaceAll('\n', '\r\n');
  const bytes = Buffer.from(text, 'latin1');
  const after = editStatuses(bytes, [{ id: 'T-1', from: 'todo', to: 'in_progress' }], readYaml).bytes;
  expect(after.toString('latin1')).toBe(text.replace('status: todo', 'status: in_progress'));
});

test.each([
  ['another status by now', block('id: T-1', 'status: done'), 'is done now'],
  ['no such task', block('id: T-2', 'status: todo'), 'is not there once'],
  ['two of them', block('id: T-1', 'status: todo').repeat(2), 'is not there once'],
  ['no line of its own', block('{ id: T-1, status: todo }'), 'has no line of its own'],
  ['a value on the next line', block('id: T-1', 'status:', '  todo'), 'has no line of its own'],
])('refused: %s', (_name, text, message) => {
  expect(refusal('data', () => edited(FRONT + text))).toContain(message);
});

test('several at once, and back again', () => {
  const text = planText([{ id: 'A' }, { id: 'B', status: 'completed' }, { id: 'C', status: 'blocked' }]);
  const bytes = Buffer.from(text);
  const { bytes: after, splices } = editStatuses(
    bytes,
    [
      { id: 'C', from: 'blocked', to: 'done' },
      { id: 'A', from: 'todo', to: 'cancelled' },
      { id: 'B', from: 'done', to: 'todo' },
    ],
    readYaml,
  );
  expect(parsePlan(after.toString())!.tasks.map(({ status }) => status)).toEqual([
    'cancelled',
    'todo',
    'done',
  ]);
  expect(takeBack(after, splices)).toEqual(bytes);
});

test('whatever stands around, the edit changes the word and is taken back to the byte', () => {
  const noise = fastCheck.array(
    fastCheck.constantFrom('\n', '\r\n', 'é', '```', '~~~', 'task', ' ', 'status: todo', '#', '---'),
    {
      maxLength: 12,
    },
  );
  const status = fastCheck.constantFrom(...TASK_STATUSES);
  checkProperty(
    fastCheck.property(noise, noise, status, status, (before, after, from, to) => {
      const text = `${FRONT}${before.join('')}\n${block('id: T-1', `status: ${from}  # ${to}`)}${after.join('')}`;
      if (parsePlan(text)?.tasks.length !== 1) return;
      const bytes = Buffer.from(text);
      const edited = editStatuses(bytes, [{ id: 'T-1', from, to }], readYaml);
      const at = text.indexOf(`status: ${from}  #`);
      const expected = `${text.slice(0, at)}status: ${to}  #${text.slice(at + `status: ${from}  #`.length)}`;
      expect(edited.bytes.toString()).toBe(expected);
      expect(takeBack(edited.bytes, edited.splices)).toEqual(bytes);
    }),
  );
});
