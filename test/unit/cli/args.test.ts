import { describe, expect, test } from 'vitest';
import { parseArgs } from '../../../tools/lib/cli/args.js';
import { refusal } from '../../support/failure.js';

const options = [
  { name: 'session', value: 'ID', text: 'a session' },
  { name: 'status', text: 'a flag' },
  { name: 'no-wait', text: 'a flag' },
];
const parse = (...argv: string[]) => parseArgs({ options }, argv);
const refused = (...argv: string[]): string => refusal('usage', () => parse(...argv));

test('options stand before, between and after positionals', () => {
  for (const argv of [
    ['--session', 'x', '--status', 'a', 'b'],
    ['a', '--session', 'x', 'b', '--status'],
    ['a', 'b', '--status', '--session=x'],
  ]) {
    const args = parse(...argv);
    expect(args.positionals).toEqual(['a', 'b']);
    expect(args.value('session')).toBe('x');
    expect([args.isSet('status'), args.isSet('session'), args.isSet('json')]).toEqual([true, true, false]);
  }
});

test('a flag may begin with no-', () => {
  expect(parse('--no-wait', 'a').isSet('no-wait')).toBe(true);
  expect(parse('a').isSet('no-wait')).toBe(false);
});

test('an option that is not given has no value', () => {
  expect(parse('a').value('session')).toBeUndefined();
  expect(parse('a').isSet('session')).toBe(false);
});

describe('values', () => {
  test.each(['-x', '--status', '--', '', '=', 'a=b', '-', '\n', '--session=y', '007', 'true'])(
    '%j is a value',
    value => {
      expect(parse('--session', value).value('session')).toBe(value);
      expect(parse(`--session=${value}`).value('session')).toBe(value);
    },
  );

  test('the last of several counts', () => {
    expect(parse('--session', 'x', '--session=y').value('session')).toBe('y');
    expect(parse('--status', '--status').isSet('status')).toBe(true);
  });

  test('one that is missing is named', () => {
    expect(refused('--session')).toBe('--session needs a value: ID');
    expect(refused('a', '--session')).toBe('--session needs a value: ID');
  });

  test('a flag takes none', () => {
    expect(refused('--status=yes')).toBe('--status takes no value');
    expect(refused('a', '--json=')).toBe('--json takes no value');
  });
});

describe('positionals', () => {
  test.each(['-rf', '--unknown', '-1', '--', '---', '--no-status', '--sessionx', '-', '--status-x=1'])(
    '%j is one after the first',
    value => {
      expect(parse('a', ...(value === '--' ? ['--', '--'] : [value])).positionals).toEqual(['a', value]);
    },
  );

  test('nothing is changed in them', () => {
    const values = ['a', '', ' ', '"', '$x', '`id`', 'a\nb', '5', 'true', '🎉'];
    expect(parse(...values).positionals).toEqual(values);
  });

  test.each(['-rf', '--unknown', '-s', '---', '--unknown=x'])(
    '%s before the first is an unknown option',
    option => {
      expect(refused(option, 'a')).toMatch(/^unknown option "-.*; see --help, or put -- before a value$/);
    },
  );

  test('a lone dash is a value, and -- ends the options', () => {
    expect(parse('-', 'a').positionals).toEqual(['-', 'a']);
    expect(parse('--', '--status', '-rf').positionals).toEqual(['--status', '-rf']);
    expect(parse('a', '--', '--status').positionals).toEqual(['a', '--status']);
    expect(parse('a', '--', '--', 'b').positionals).toEqual(['a', '--', 'b']);
    expect(parse('--').positionals).toEqual([]);
  });
});

test('names of the language are no options', () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    expect(refused(`--${name}`)).toMatch(/unknown option/);
    expect(parse('a', `--${name}=1`).positionals).toEqual(['a', `--${name}=1`]);
    expect(parse('a').isSet(name)).toBe(false);
  }
});
