import { expect, test } from 'vitest';
import { type Config, parseConfig } from '../../../tools/lib/record/config.js';
import { refusal } from '../../support/failure.js';

type Environment = Record<string, string>;

function parsed(text?: string, environment: Environment = {}): { config: Config; warnings: string[] } {
  const warnings: string[] = [];
  return { config: parseConfig(text, environment, message => warnings.push(message)), warnings };
}

const refused = (text: string | undefined, environment: Environment = {}): string =>
  refusal('data', () => parsed(text, environment));

test('without a file every key has its default', () => {
  const { config, warnings } = parsed();
  expect(config.ledger).toEqual({ session_idle_hours: 12, stale_after_s: 900, lock_timeout_s: 30 });
  expect(warnings).toEqual([]);
});

test('the file wins over the default, the environment over the file', () => {
  const text = '{"$schema":"x","ledger":{"stale_after_s":60,"lock_timeout_s":5}}';
  const { config } = parsed(text, { LEDGER_LEDGER_LOCK_TIMEOUT_S: '2.5', LEDGER_LEDGER_STALE_AFTER_S: '' });
  expect(config.ledger).toMatchObject({ stale_after_s: 60, lock_timeout_s: 2.5 });
});

test('a number out of its range is clamped, with a warning', () => {
  const { config, warnings } = parsed('{"ledger":{"lock_timeout_s":9999,"stale_after_s":0}}');
  expect(config.ledger).toMatchObject({ lock_timeout_s: 600, stale_after_s: 1 });
  expect(warnings.sort()).toEqual([
    'ledger.lock_timeout_s is 9999, outside 0.1–600; using 600',
    'ledger.stale_after_s is 0, outside 1–604800; using 1',
  ]);
});

test.each([
  ['{', /ledger.config.json is not JSON/],
  ['[]', /must be a JSON object/],
  ['{"ledger":5}', /ledger must be an object/],
  ['{"ledger":{"lock_timeout_s":"5"}}', /ledger.lock_timeout_s must be of type number/],
  ['{"ledger":{"lock_timeout_s":null}}', /ledger.lock_timeout_s must be of type number/],
  ['{"ledger":{"lock_timeout":5}}', /ledger has the unknown key "lock_timeout"/],
  ['{"leger":{}}', /has the unknown key "leger"/],
  ['{"ledger":{"lock_timeout_s":1e999}}', /not finite/],
])('%s is refused', (text, message) => {
  expect(refused(text)).toMatch(message);
});

test.each(['abc', 'true', ' ', '0x10', 'NaN', 'Infinity', '1e999'])('an override %j is refused', text => {
  expect(refused(undefined, { LEDGER_LEDGER_LOCK_TIMEOUT_S: text })).toMatch(
    /LEDGER_LEDGER_LOCK_TIMEOUT_S|number/,
  );
});
