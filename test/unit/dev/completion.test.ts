import { expect, test } from 'vitest';
import { completionText } from '../../../tools/dev/completion.js';
import type { Command, Operand, Option } from '../../../tools/lib/cli/command.js';

function command(operands: Operand[], options: Option[] = []): Command {
  const run = () => 0;
  return { name: 'ledger-try', purpose: 'be completed', synopsis: [''], operands, options, run };
}

/** The specs of `_arguments`, without those of the options that every executable has. */
function specs(...[operands, options]: Parameters<typeof command>): string[] {
  return completionText(command(operands, options))
    .split('\n')
    .flatMap(line => /^ {2}('.*')(?: \\)?$/.exec(line)?.[1] ?? [])
    .filter(spec => !/--(root|json|help|version)/.test(spec));
}

test('the first line names the executable and its older names', () => {
  expect(completionText(command([]), ['ledger_try.zsh'])).toMatch(/^#compdef ledger-try ledger_try\.zsh\n/);
  expect(completionText(command([]))).toMatch(/^#compdef ledger-try\n/);
});

test('operands have their places; the last one may take the rest', () => {
  expect(specs([{ name: 'agent', complete: 'agent' }, { name: 'words' }])).toEqual([
    "'1:agent:_agent_ledger_values agent'",
    "'2:words: '",
  ]);
  expect(specs([{ name: 'path', complete: 'file', isRepeated: true }])).toEqual(["'*:path:_files'"]);
  expect(() => specs([{ name: 'path', isRepeated: true }, { name: 'agent' }])).toThrow(
    'ledger-try: only the last',
  );
  expect(() => specs([{ name: 'command', complete: 'command' }, { name: 'agent' }])).toThrow('only the last');
});

test('sub-commands are a list, and a command is completed as the shell does', () => {
  const operands: Operand[] = [
    { name: 'action', complete: ['acquire', 'renew'] },
    { name: 'command', complete: 'command', isRepeated: true },
  ];
  expect(specs(operands)).toEqual(["'1:action:(acquire renew)'", "'*:::command: _normal'"]);
});

test('where a value may stand in the place of a sub-command, both are offered', () => {
  expect(specs([{ name: 'action', complete: ['acquire', 'renew'], orComplete: 'task' }])).toEqual([
    `'1:action: _alternative "action:action:(acquire renew)" "task:task:_agent_ledger_values task"'`,
  ]);
});

test('a list whose members zsh would not take as they are fails the build', () => {
  for (const member of ['$(touch x)', 'two words', "it's", '', '-x', 'a:b']) {
    expect(() => specs([{ name: 'action', complete: [member] }])).toThrow('cannot be completed');
  }
});

test('what a text says is no syntax', () => {
  expect(specs([{ name: 'a:b' }], [{ name: 'try', text: "it's [one]: \\ two" }])).toEqual([
    "'--try[it'\\''s \\[one\\]\\: \\\\ two]'",
    "'1:a\\:b: '",
  ]);
  expect(specs([], [{ name: 'at', value: 'DIR', text: 'where', complete: 'directory' }])).toEqual([
    "'--at=[where]:DIR:_files -/'",
  ]);
});
