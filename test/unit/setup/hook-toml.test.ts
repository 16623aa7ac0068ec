import { getStaticTOMLValue, parseTOML } from 'toml-eslint-parser';
import { expect, test } from 'vitest';
import { installHooks, removeHooks, TOML_HOOKS } from '../../../tools/lib/setup/edit-hooks.js';

const COMMAND = '/home/me/.local/share/agent-ledger/bin/andy-hook';
const entry = { matcher: 'a"b', hooks: [{ type: 'command', command: COMMAND, timeout: 5 }] };
const wanted = [
  { event: 'SessionStart', entry },
  { event: 'Stop', entry },
];
const install = (text: string | undefined) => installHooks(text, wanted, TOML_HOOKS).text;
const remove = (text: string) => removeHooks(text, TOML_HOOKS).text;
// biome-ignore lint/suspicious/noExplicitAny: a configuration of any shape
const parse = (text: string): any => getStaticTOMLValue(parseTOML(text));

/** Files to whose end tables are added: not one byte of what was there changes. */
const OPEN: Record<string, string> = {
  'other settings': '# mine\nmodel = "gpt"   # fast\nnotify = ["say", "hi"]\n',
  'tables and dotted keys': '[a]\nb.c = 1\n[projects."/home/me/x"]\ntrust_level = "trusted"\n',
  'a table of hooks': '[hooks]\n\n[hooks.state."x:stop:0:0"]\ntrusted_hash = "sha256:1"\n',
  "other people's tables":
    '[[hooks.Stop]]\nhooks = [{ type = "command", command = "say" }]\n\n[tail]\nx = 1\n',
  'hooks of hooks': '[[hooks.Stop]]\nmatcher = ""\n[[hooks.Stop.hooks]]\ntype = "command"\ncommand = "say"\n',
  'dotted hooks': 'hooks.PreToolUse = [ { hooks = [] } ]\n',
  'multi-line texts': `a = """\n[[hooks.Stop]]\n# not a comment"""\nb = '''\nx = [\n'''\n`,
  'CRLF line ends': 'a = 1\r\n\r\n[b]\r\nc = 2\r\n',
  'an empty line at its end': 'a = 1\n\n',
  'a comment at its end': '[a]\n# the end\n',
};

/** Files in which a list is written in brackets. */
const BRACKETS: Record<string, string> = {
  'an inline list':
    '[hooks]\nStop = [ { hooks = [{ type = "command", command = "say" }] } ] # loud\nOther = []\n',
  'a list over lines':
    '[hooks]\nStop = [\n  # first\n  { hooks = [] }, # one\n  { hooks = [] } # two\n  # end\n]\n',
  'a trailing comma': '[hooks]\nStop = [\n\t{ hooks = [] },\n]\n',
  'a dotted list': 'hooks.Stop = [{ hooks = [] }]\nx = 1\n',
  'an inline table': 'x = 1\nhooks = { Stop = [ { hooks = [] } ], state = {} }\ny = 2\n',
  'an inline table without the event': 'hooks = { Other = [ { hooks = [] } ] }\n',
};

test.each(Object.entries(OPEN))('in %s, every byte stays and tables follow', (_what, before) => {
  const after = install(before);
  expect(after.startsWith(before)).toBe(true);
  for (const { event } of wanted) expect(parse(after).hooks[event].at(-1)).toEqual(entry);
  expect(after.includes('\r\n')).toBe(before.includes('\r\n'));
  if (before.includes('\r\n')) expect(after.replaceAll('\r\n', '')).not.toContain('\n');
});

test.each(Object.entries(BRACKETS))('in %s, ours comes last and all else stays', (_what, before) => {
  const after = install(before);
  for (const { event } of wanted) expect(parse(after).hooks[event].at(-1)).toEqual(entry);
  for (const line of before.split('\n').filter(text => !text.includes('hooks')))
    expect(after).toContain(line);
});

test.each([...Object.entries(OPEN), ...Object.entries(BRACKETS)])(
  'in %s, a second time changes nothing, and removing gives the same text back',
  (_what, before) => {
    const after = install(before);
    expect(install(after)).toBe(after);
    expect(remove(after)).toBe(before);
  },
);

test('a missing final newline is made up for', () => {
  expect(install('a = 1').startsWith('a = 1\n\n# agent-ledger')).toBe(true);
});

test('the text of a new file', () => {
  const entries = [{ event: 'Stop', entry: { hooks: [{ type: 'command', command: COMMAND, timeout: 5 }] } }];
  expect(installHooks(undefined, entries, TOML_HOOKS).text).toBe(
    `# agent-ledger: what follows is taken out by "ledger-init --client codex --remove"
[[hooks.Stop]]
hooks = [{ type = "command", command = "${COMMAND}", timeout = 5 }]
`,
  );
});

test('trust that Codex writes meanwhile stays, wherever it puts it', () => {
  const before = '[[hooks.Stop]]\nhooks = [{ type = "command", command = "say" }]\n';
  const trust = '\n[hooks.state."c:stop:1:0"]\ntrusted_hash = "sha256:1"\n';
  const after = install(before);
  const middle = after.indexOf('\n[[hooks.Stop]]\nmatcher');
  expect(remove(after + trust)).toBe(before + trust);
  expect(remove(after.slice(0, middle) + trust + after.slice(middle))).toBe(before + trust);
});

test('what is ours but differs is written anew in its place', () => {
  const theirs = '[[hooks.Stop]]\nhooks = [{ command = "say" }]\n';
  const after = install(`[[hooks.Stop]]\nhooks = [{ command = "${COMMAND} --agent x" }]\n${theirs}`);
  expect(parse(after).hooks.Stop).toEqual([entry, { hooks: [{ command: 'say' }] }]);
  expect(after).toContain(theirs);
});

test('only our hook leaves a group that somebody put others into', () => {
  const inline = `[[hooks.Stop]]\nhooks = [{ command = "say" }, { command = "${COMMAND}" }] # both\n`;
  expect(remove(inline)).toBe('[[hooks.Stop]]\nhooks = [{ command = "say" }] # both\n');
  const table = `[[hooks.Stop]]\n[[hooks.Stop.hooks]]\ncommand = "say"\n[[hooks.Stop.hooks]]\ncommand = "${COMMAND}"\n[x]\n`;
  expect(remove(table)).toBe('[[hooks.Stop]]\n[[hooks.Stop.hooks]]\ncommand = "say"\n[x]\n');
  const bracketed = `[hooks]\nStop = [{ hooks = [{ command = "${COMMAND}" }, { command = "say" }] }]\n`;
  expect(parse(remove(bracketed)).hooks.Stop).toEqual([{ hooks: [{ command: 'say' }] }]);
});

test.each([
  ['a = ', /not TOML \(line 1/],
  ['a = 1\n[b\n', /not TOML \(line 3/],
  ['a = 1\na = 2\n', /not TOML/],
  ['hooks = "x"\n', /"hooks" is not a table/],
  ['[hooks.Stop]\n', /"hooks.Stop" is not a list/],
])('%j is left alone', (text, message) => {
  expect(() => install(text)).toThrow(
    expect.objectContaining({ kind: 'data', message: expect.stringMatching(message) }),
  );
});
