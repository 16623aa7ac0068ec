/** Work grows with the text and no faster, whatever the text. */
import { test } from 'vitest';
import { captureText } from '../../../tools/lib/redact/capture.js';
import { redactText } from '../../../tools/lib/redact/redact-text.js';
import { BUILT_IN, compileRules } from '../../../tools/lib/redact/rules.js';
import { HOSTILE } from '../../support/redact/hostile.js';
import { expectLinear } from '../../support/redact/linear.js';

test.each(Object.entries(HOSTILE))('%s', { timeout: 60_000 }, (_name, unit) => {
  expectLinear(text => redactText(text, BUILT_IN), unit);
});

test.each(['control sequences', 'control strings', 'zero-width', 'colours between'])('captured: %s', name => {
  expectLinear(text => captureText(text, BUILT_IN), HOSTILE[name]!);
});

test.each([
  ['acme_[a-z]{20,}', 'acme_aaaaaaaaaaaaaaaaaaa-'],
  ['[a-z]{1,200}![A-Z]{4,}', 'a'],
  ['\\d{3}-\\d{2}-\\d{4}', '123-45-'],
  ['xx[a-f]{0,100}[0-9]{0,100}y[a-z]+', 'xxaaaaaaaaaaaaaaaaaaaaaa00000000000000000'],
])('a pattern of one’s own, %s', (pattern, unit) => {
  const rules = compileRules({ allow: [], extra: [{ name: 'own', pattern }] });
  expectLinear(text => redactText(text, rules), unit);
});
