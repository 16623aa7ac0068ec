import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from '../../../tools/lib/setup/quote.js';
import { configSchemaUrl, wiringFor, wiringText } from '../../../tools/lib/setup/wiring.js';

const installation = { bin: '/opt/my tools/bin', suffix: '', node: '/usr/bin', package: '/opt/al' };

test('each way of wiring names this installation and this root', () => {
  const wiring = wiringFor('/work/50% mine', installation);
  expect(wiring.zsh).toBe('source /opt/al/tools/zsh/agent-ledger.plugin.zsh');
  expect(wiring.cron).toBe(
    "*/5 * * * * PATH=/usr/bin:/bin '/opt/my tools/bin/status-update' cls --heartbeat --root '/work/50\\% mine'",
  );
  expect(JSON.parse(wiring.claude).hooks.Stop[0].hooks[0]).toEqual({
    type: 'command',
    command: '/opt/my tools/bin/cls-hook',
    args: [],
    timeout: 5,
  });
  expect(wiring.codex).toContain('command = "/opt/my tools/bin/andy-hook"');
  for (const text of Object.values(wiring)) expect(wiringText(wiring)).toContain(text.split('\n')[0]);
});

test('the schema is named by a URL', () => {
  expect(configSchemaUrl({ ...installation, package: '/a b' })).toBe('file:///a%20b/schemas/v1/config.json');
});

test.each(['plain', 'two words', "it's", '$HOME `x` "y" \\', 'a\nb', '', '*'])(
  'a shell takes %j as one word',
  word => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellWord(word)}`], { encoding: 'utf8' })).toBe(word);
  },
);
