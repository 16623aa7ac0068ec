import { parse } from 'jsonc-parser';
import { expect, test } from 'vitest';
import {
  installHooks,
  JSON_HOOKS,
  removeHooks,
  VERSIONED_HOOKS,
} from '../../../tools/lib/setup/edit-hooks.js';
import { rounds, seededRandom } from '../../support/rounds.js';

const COMMAND = '/home/me/.local/share/agent-ledger/bin/cls-hook';
const entry = { hooks: [{ type: 'command', command: COMMAND, args: [], timeout: 5 }] };
const wanted = [
  { event: 'SessionStart', entry },
  { event: 'Stop', entry },
];
const install = (text: string | undefined) => installHooks(text, wanted, JSON_HOOKS).text;
const remove = (text: string) => removeHooks(text, JSON_HOOKS).text;

/** The lines of `text` that are not in `before`; a comma that was added is not counted. */
function newLines(before: string, text: string): string[] {
  const bare = (line: string): string => line.replaceAll(',', '').trimEnd();
  const old = new Set(before.split('\n').map(bare));
  return text.split('\n').filter(line => !old.has(bare(line)));
}

const NASTY: Record<string, string> = {
  'an empty object': '{}\n',
  'an empty object over lines': '{\n}\n',
  'other settings': '{\n  "model": "opus",\n  "env": {"A": "1"}\n}\n',
  'no final newline': '{\n  "model": "opus"\n}',
  tabs: '{\n\t"model": "opus",\n\t"list": [\n\t\t1\n\t]\n}\n',
  'CRLF line ends': '{\r\n    "model": "opus",\r\n    "hooks": {\r\n        "Other": [ 1 ]\r\n    }\r\n}\r\n',
  'one line': '{"model": "opus", "hooks": {"Other": [{"a": 1}]}}',
  'minified text': '{"model":"opus","hooks":{"Stop":[{"hooks":[{"type":"command","command":"say"}]}]}}',
  comments:
    '// top\n{\n  /* first */\n  "model": "opus" // last, with "quotes" and a , comma\n  // the end\n}\n// after\n',
  'trailing commas': '{\n  "hooks": {\n    "Stop": [\n      { "hooks": [] },\n    ],\n  },\n}\n',
  'comments around commas':
    '{\n  "hooks": {\n    "Stop": [\n      1 /* a */ , // b\n      2 // c\n      /* d */\n    ]\n  }\n}\n',
  "other people's hooks before and after": `{
  "hooks": {
    "PreToolUse": [ { "matcher": "Bash", "hooks": [{ "type": "command", "command": "guard" }] } ],
    "Stop": [{
      "hooks": [{ "type": "command", "command": "say done" }]
    }],
    "Notification": []
  },
  "permissions": { "allow": ["Bash(ls)"],
                   "deny": [ ] }
}
`,
  'brackets in texts': '{\n  "a": "]}// not a comment",\n  "b": "/* nor this */ ,"\n}\n',
  'a hook of ours beside another one': `{ "hooks": { "Other": [{ "hooks": [ {"command": "x"} , {"command": "y"} ] }] } }\n`,
};

test.each(Object.entries(NASTY))('in %s, only our lines are new', (_what, before) => {
  const after = install(before);
  const value = parse(after);
  for (const { event } of wanted) expect(value.hooks[event].at(-1)).toEqual(entry);
  if (before.includes('\n') && !/^\{ ?"hooks/.test(before)) {
    const ours = newLines(before, after).join('\n');
    expect(ours).not.toMatch(/opus|say|guard|allow|Other|quotes/);
  }
  expect(after.includes('\r\n')).toBe(before.includes('\r\n'));
  if (before.includes('\r\n')) expect(after.replaceAll('\r\n', '')).not.toContain('\n');
});

test.each(Object.entries(NASTY))('in %s, a second time changes nothing', (_what, before) => {
  const after = install(before);
  expect(install(after)).toBe(after);
});

test.each(Object.entries(NASTY).filter(([what]) => what !== 'an empty object'))(
  'in %s, removing gives the same text back',
  (_what, before) => {
    expect(remove(install(before))).toBe(before);
  },
);

test('the layout of a new file', () => {
  expect(
    installHooks(undefined, [{ event: 'stop', entry: { command: COMMAND } }], VERSIONED_HOOKS).text,
  ).toBe(
    `{\n  "version": 1,\n  "hooks": {\n    "stop": [\n      {\n        "command": "${COMMAND}"\n      }\n    ]\n  }\n}\n`,
  );
  for (const blank of [undefined, '', ' \n']) expect(parse(install(blank)).hooks.Stop).toEqual([entry]);
});

test('what is ours but differs is written anew in its place', () => {
  const old = JSON.stringify({ hooks: [{ type: 'command', command: `${COMMAND} --agent x`, timeout: 9 }] });
  const after = install(`{"hooks": {"Stop": [1, ${old}, /* three */ 3]}}`);
  expect(parse(after).hooks.Stop).toEqual([1, entry, 3]);
  expect(after).toContain(', /* three */ 3]');
});

test('a hook that somebody wired by hand is left, and not doubled', () => {
  const before = '{"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "cls-hook"}]}]}}';
  const edited = installHooks(before, wanted, JSON_HOOKS);
  expect(parse(edited.text).hooks.Stop).toHaveLength(1);
  expect(parse(edited.text).hooks.SessionStart).toEqual([entry]);
  expect(edited.notes).toEqual(['Stop: wired by hand already, left as it is']);
  expect(remove(edited.text)).toBe(before);
});

test('only our hook leaves a group that somebody put others into', () => {
  const shared = `{"hooks": {"Stop": [{"hooks": [{"command": "x"}, {"command": "${COMMAND}"}]}]}}`;
  expect(remove(shared)).toBe('{"hooks": {"Stop": [{"hooks": [{"command": "x"}]}]}}');
});

test('what the person wrote meanwhile stays', () => {
  const edited = install('{\n  "a": 1\n}\n').replace('"a": 1', '"a": 2, // mine\n  "b": [ ]');
  expect(remove(edited)).toBe('{\n  "a": 2, // mine\n  "b": [ ]\n}\n');
});

test('a file that has nothing left but a comment is not empty', () => {
  expect(removeHooks(install(undefined), JSON_HOOKS).isEmpty).toBe(true);
  expect(removeHooks(install(undefined).replace('{', '{ // mine'), JSON_HOOKS).isEmpty).toBe(false);
});

test.each([
  ['{"hooks": ', /not JSON \(line 1\)/],
  ['{\n"a": 1\n"b": 2}', /not JSON \(line 3\)/],
  ['{} {}', /not JSON/],
  ['[]', /not a JSON object/],
  ['null', /not a JSON object/],
  ['{"hooks": []}', /"hooks" is not a table/],
  ['{"hooks": {"Stop": {}}}', /"hooks.Stop" is not a list/],
  ['{"hooks": {}, "hooks": {}}', /"hooks" twice/],
  ['{"hooks": {"Stop": [], "Stop": []}}', /"Stop" twice/],
])('%j is left alone', (text, message) => {
  expect(() => install(text)).toThrow(
    expect.objectContaining({ kind: 'data', message: expect.stringMatching(message) }),
  );
});

test('an edit that does anything else is noticed and refused', () => {
  const careless = { ...JSON_HOOKS, apply: (text: string) => text.replace('opus', 'sonnet') };
  expect(() => installHooks('{"model": "opus"}', wanted, careless)).toThrow(/cannot be edited safely/);
  const greedy = { ...JSON_HOOKS, apply: () => '{}' };
  expect(() => removeHooks(install('{"model": "opus"}'), greedy)).toThrow(/cannot be edited safely/);
});

test('any text, however it is laid out, comes back byte for byte', () => {
  const random = seededRandom(11);
  const pick = <T>(values: T[]): T => values[Math.floor(random() * values.length)]!;
  const space = (): string => pick(['', '', ' ', '\n', '\n  ', '\t', ' /* c, */ ', ' // x ]\n', '\r\n']);
  const list = (open: string, close: string, item: () => string): string => {
    const items = Array.from({ length: Math.floor(random() * 4) }, () => space() + item() + space());
    const end = items.length > 0 ? pick(['', '', ',', `,${space()}`]) : space();
    return open + items.join(',') + end + close;
  };
  const value = (depth: number): string =>
    depth > 3
      ? '1'
      : pick([() => '"a]"', () => 'null', () => list('[', ']', () => value(depth + 1)), object(depth)])();
  let key = 0;
  const object = (depth: number) => () =>
    list('{', '}', () => `"k${key++}"${space()}:${space()}${value(depth + 1)}`);
  for (let round = 0; round < rounds(300, 100_000); round++) {
    const others = `"Stop":${space()}[${space()}{"hooks":[]}${space()}]`;
    const before = `${space()}{${space()}"x":${value(0)},${space()}"hooks"${space()}:${space()}{${space()}${others}${space()}}}${space()}`;
    const after = install(before);
    expect(parse(after).hooks.Stop.at(-1), `round ${round}\n${before}`).toEqual(entry);
    expect(remove(after), `round ${round}`).toBe(before);
  }
});
