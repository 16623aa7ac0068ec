/** How much of what should be hidden is, and how much of what should not. Prints both rates. */
import { expect, test } from 'vitest';
import { captureText } from '../../../tools/lib/redact/capture.js';
import { redactText } from '../../../tools/lib/redact/redact-text.js';
import { BUILT_IN } from '../../../tools/lib/redact/rules.js';
import { CONTEXTS } from '../../support/redact/contexts.js';
import { plainLines } from '../../support/redact/plain.js';
import { FORMATS, jwt, tokenOf } from '../../support/redact/vendor-tokens.js';
import { rounds, seededRandom } from '../../support/rounds.js';

const LEAST_RECALL = 0.99;
const MOST_FALSE = 0.001;
const LEAK = 12;

/** Whether a run of twelve characters of the token, past what tells its vendor, is still there. */
function isLeaked(text: string, token: string): boolean {
  for (let start = 8; start + LEAK <= token.length; start++) {
    if (text.includes(token.slice(start, start + LEAK))) return true;
  }
  return text.includes(token);
}

function samples(): { vendor: string; token: string }[] {
  const random = seededRandom(11);
  const tokens: { vendor: string; token: string }[] = [];
  for (let round = 0; round < rounds(1, 50); round++) {
    for (const [vendor, formats] of Object.entries(FORMATS)) {
      for (const format of formats) tokens.push({ vendor, token: tokenOf(format, random) });
    }
    tokens.push({ vendor: 'JWT', token: jwt(random) });
  }
  return tokens;
}

test('tokens of every vendor are hidden wherever they stand', () => {
  const missed: string[] = [];
  let count = 0;
  for (const { vendor, token } of samples()) {
    for (const [name, context] of Object.entries(CONTEXTS)) {
      const text = context(token);
      const inPlace = redactText(text, BUILT_IN).text.replaceAll(/[\u001b\u200b]|\[[\d;]*[mK]/g, '');
      for (const result of [inPlace, captureText(text, BUILT_IN).text]) {
        count++;
        if (isLeaked(result, token)) missed.push(`${vendor} in ${name}: ${text} → ${result}`);
      }
    }
  }
  const recall = 1 - missed.length / count;
  console.log(
    `redaction: recall ${recall.toFixed(4)}, ${missed.length} of ${count} missed, ${Object.keys(FORMATS).length} vendors`,
  );
  expect(Object.keys(FORMATS).length).toBeGreaterThanOrEqual(40);
  expect(recall, missed.slice(0, 20).join('\n')).toBeGreaterThanOrEqual(LEAST_RECALL);
});

test('plain lines stay as they are', () => {
  const lines = plainLines(seededRandom(12));
  const found = lines.flatMap(({ kind, line }) => {
    const { text, rules } = redactText(line, BUILT_IN);
    return rules.length > 0 ? [`${kind}: ${line.slice(0, 200)} → ${text.slice(0, 200)}`] : [];
  });
  const rate = found.length / lines.length;
  console.log(`redaction: false positives ${rate.toFixed(5)}, ${found.length} of ${lines.length} lines`);
  expect(lines.length).toBeGreaterThan(5000);
  expect(rate, found.slice(0, 60).join('\n')).toBeLessThanOrEqual(MOST_FALSE);
});
