/**
 * Redaction of an event before it gets its place: the one way into the log, so nothing bypasses it. Summary and
 * data lose every secret. In ids and names (`task_id`, `source`, `parent_id`) only what is a secret by its shape
 * goes, because `fix-token:abc123` is a good name for a task. An idempotency key must stay different from all
 * others, so one that holds a secret is replaced by its hash.
 */
import { redactData } from '../redact/redact-data.js';
import { redactName, redactText } from '../redact/redact-text.js';
import type { Rules } from '../redact/rules.js';
import type { Redacted } from '../redact/suspect.js';
import { sha256Hex } from '../sha256.js';
import type { Draft } from './append.js';

/** The draft without secrets; `data.redactions` names the rules that fired, beside those it named before. */
export function redactDraft(draft: Draft, rules: Rules): Draft {
  const { parent_id, idempotency_key } = draft;
  const task_id = redactName(draft.task_id, rules);
  const source = redactName(draft.source, rules);
  const summary = redactText(draft.summary, rules);
  const data = redactData(draft.data, rules);
  const parent = parent_id === undefined ? undefined : redactName(parent_id, rules);
  const key = idempotency_key === undefined ? undefined : redactName(idempotency_key, rules);
  const parts = [task_id, source, summary, data, parent, key];
  if (parts.every(hasNothing)) return draft;
  const fired = parts.flatMap(part => part?.rules ?? []);
  return {
    ...{ ...draft, task_id: task_id.text, source: source.text, summary: summary.text },
    data: { ...data.data, redactions: namesOf(data.data.redactions, fired) },
    ...{ parent_id: parent?.text, idempotency_key: key && keyOf(idempotency_key!, key) },
  };
}

const hasNothing = (part: { rules: string[] } | undefined): boolean =>
  part === undefined || part.rules.length === 0;

function keyOf(key: string, redacted: Redacted): string {
  return redacted.rules.length === 0 ? key : `sha256:${sha256Hex(key)}`;
}

function namesOf(before: unknown, fired: string[]): string[] {
  const earlier = Array.isArray(before) ? before.filter(name => typeof name === 'string') : [];
  return [...new Set([...earlier, ...fired])].sort();
}
