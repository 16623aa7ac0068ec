/** The first look: what it lets pass without a search, the search would have left alone. */
import fastCheck from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { isWorthSearch } from '../../../tools/lib/redact/redact-data.js';
import { BUILT_IN } from '../../../tools/lib/redact/rules.js';
import { shapeSpans } from '../../../tools/lib/redact/shapes.js';
import { isSuspect, isSuspectName, mayTell } from '../../../tools/lib/redact/suspect.js';
import { tellingOf } from '../../../tools/lib/redact/telling.js';
import { wordSpans } from '../../../tools/lib/redact/words.js';
import { CONTEXTS } from '../../support/redact/contexts.js';
import { plainLines } from '../../support/redact/plain.js';
import { FORMATS, jwt, tokenOf } from '../../support/redact/vendor-tokens.js';
import { checkProperty, rounds, seededRandom } from '../../support/rounds.js';

const random = seededRandom(31);
const tokens = (): string[] => [
  jwt(random),
  ...Object.values(FORMATS).flatMap(formats => formats.map(format => tokenOf(format, random))),
];

/** What is found in a text that the look let pass. */
function missedIn(text: string): string[] {
  const found = isSuspectName(text, BUILT_IN) ? [] : shapeSpans(text);
  if (!isSuspect(text, BUILT_IN)) found.push(...wordSpans(text));
  return found.map(({ rule }) => `${rule}: ${text}`);
}

test('a token is suspect wherever it stands, as a text and as a name', () => {
  const missed: string[] = [];
  for (let round = 0; round < rounds(1, 50); round++) {
    for (const token of tokens()) {
      for (const context of Object.values(CONTEXTS)) missed.push(...missedIn(context(token)));
    }
  }
  expect(missed).toEqual([]);
});

test('nothing would be found in the plain lines it lets pass', () => {
  expect(plainLines(seededRandom(32)).flatMap(({ line }) => missedIn(line))).toEqual([]);
});

const pieces = [
  ...['DB_PASSWORD', 'password', 'token', 'Bearer ', 'basic ', 'login ', 'api_key', 'identified by ', 'pass'],
  ...[
    '=',
    ': ',
    ' = ',
    '=>',
    ' ',
    '\n',
    '"',
    "'",
    '{',
    '[',
    '(',
    '?sig=',
    '&signature=',
    '://',
    '@',
    '-',
    '_',
  ],
  ...[
    'mysql',
    'curl',
    'docker login',
    '-p',
    '-u',
    '--token',
    '-----BEGIN PRIVATE KEY-----',
    'MIIEvQIBADANBg',
  ],
  ...['hunter2', 'a'.repeat(13), 'deadbeef', 'claude-47566f45', '47566f45-ced6-40a6-8941-cf985a3bacba'],
  ...[
    'client_session',
    'words-and.words',
    'UserPromptSubmit',
    'MyTokenAlike',
    '… (truncated)',
    'key-',
    'api-',
    'sdk-',
    'pul-',
    'fc-',
    '1'.repeat(12),
    'Q~',
    ':AA',
  ],
];

test('nothing would be found in any mixture of what rules look for', () => {
  const text = fastCheck.array(fastCheck.constantFrom(...pieces), { maxLength: 9 });
  checkProperty(
    fastCheck.property(text, parts => {
      expect(missedIn(parts.join(''))).toEqual([]);
    }),
    4000,
  );
});

describe('what is everyday is not suspect', () => {
  test.each([
    ...['T-1', 'a line of the usual length', 'Fix: the import, twice', 'claude_code', 'client_session'],
    ...['47566f45-ced6-40a6-8941-cf985a3bacba', 'claude-47566f45', 'all tests pass', 'a=1'],
    ...['claude_code:47566f45-ced6-40a6-8941-cf985a3bacba:turn:start', 'permission_mode', 'UserPromptSubmit'],
  ])('%s', text => {
    expect([isSuspect(text, BUILT_IN), isSuspectName(text, BUILT_IN)]).toEqual([false, false]);
  });

  test('data of a turn', () => {
    const data = {
      ...{ status: 'ok', duration_ms: 48_231, model: 'gpt-5-codex', files_touched: ['retry.ts'], turn: null },
      ...{ client_session: '47566f45-ced6-40a6-8941-cf985a3bacba', tokens: { input: 5, cached_input: 2 } },
    };
    expect(isWorthSearch(data, BUILT_IN)).toBe(false);
  });
});

test('a name that tells, or whose neighbour tells, makes its value suspect', () => {
  expect(isWorthSearch({ a: [{ password: 1 }] }, BUILT_IN)).toBe(true);
  expect(isWorthSearch({ name: 'DB_PASSWORD', value: 'hunter2' }, BUILT_IN)).toBe(true);
  expect(isWorthSearch(['-psecret'], BUILT_IN)).toBe(true);
});

test('no name tells that the look takes for harmless', () => {
  const words = [
    'pass',
    'token',
    'tokens',
    'tokenString',
    'key',
    'sess',
    'sessionid',
    'sid',
    'auth',
    'cred',
    'id',
  ];
  const more = [
    '_',
    '-',
    '.',
    'Value',
    's',
    '2',
    'PHPSESSID',
    'cookie',
    'secret',
    'a',
    'count',
    'jwt',
    'phrase',
  ];
  const name = fastCheck.array(fastCheck.constantFrom(...words, ...more), { maxLength: 5 });
  checkProperty(
    fastCheck.property(name, parts => {
      const joined = parts.join('');
      if (!mayTell(joined)) expect(tellingOf(joined)).toBeUndefined();
    }),
  );
});

test('a pattern of the configuration makes every text suspect', () => {
  const rules = { allow: [], extra: [{ name: 'ours', pattern: /abcd/g }] };
  expect([isSuspect('a', rules), isSuspectName('a', rules)]).toEqual([true, true]);
});

test('long texts are seen the same by the first looks of a process and by later ones', async () => {
  vi.resetModules();
  const path = '../../../tools/lib/redact/suspect.js';
  const fresh = (await import(path)) as { isSuspect: typeof isSuspect };
  const line = fastCheck.stringMatching(/^(?:[a-z]{1,16}[ :=>%\t\n/+._-]?|\\|é|-----|:\/\/| -[a-z]){0,4}$/);
  const texts = fastCheck.sample(line, { numRuns: 90, seed: 33 }).map(end => 'plain words '.repeat(50) + end);
  const first = texts.map(text => fresh.isSuspect(text, BUILT_IN));
  for (let look = 0; look < 20; look++) fresh.isSuspect(texts[0]!, BUILT_IN);
  expect(texts.map(text => fresh.isSuspect(text, BUILT_IN))).toEqual(first);
  expect(new Set(first)).toEqual(new Set([true, false]));
});
