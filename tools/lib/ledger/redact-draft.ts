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
  const fired = new Set<string>();
  const noted = <T extends { rules: string[] }>(redacted: T): T => {
    for (const rule of redacted.rules) fired.add(rule);
    return redacted;
  };
  const name = (text: string): string => noted(redactName(text, rules)).text;
  const { parent_id, idempotency_key } = draft;
  const task_id = name(draft.task_id);
  const source = name(draft.source);
  const summary = noted(redactText(draft.summary, rules)).text;
  const { data } = noted(redactData(draft.data, rules));
  const parent = parent_id === undefined ? undefined : name(parent_id);
  const key =
    idempotency_key === undefined
      ? undefined
      : keyOf(idempotency_key, noted(redactName(idempotency_key, rules)));
  if (fired.size === 0) return draft;
  return {
    ...{ ...draft, task_id, source, summary },
    data: { ...data, redactions: namesOf(data.redactions, fired) },
    ...{ parent_id: parent, idempotency_key: key },
  };
}

function keyOf(key: string, redacted: Redacted): string {
  return redacted.rules.length === 0 ? key : `sha256:${sha256Hex(key)}`;
}

function namesOf(before: unknown, fired: Set<string>): string[] {
  const earlier = Array.isArray(before) ? before.filter(name => typeof name === 'string') : [];
  return [...new Set([...earlier, ...fired])].sort();
}
