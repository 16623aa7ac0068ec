/** Validating what bears hostile names. */
import { expect, test } from 'vitest';
import { appendText } from '../../support/ledger.js';
import { recorder } from '../../support/recorder.js';
import { validating } from '../../support/validate.js';

test('names that could drive a terminal are shown as what they are', async () => {
  const recording = recorder();
  appendText(recording.workspace.root, 'a\u001b[31m\nb.jsonl', 'bad\u001b\n');
  const { output } = await validating(recording)(['a\u001b[31m\nb.jsonl']);
  expect(output.split('\n')).toHaveLength(2);
  expect(output).toMatch(/^a\\u001b\[31m\\nb\.jsonl:1: json: [^\u001b]+\n$/);
});
