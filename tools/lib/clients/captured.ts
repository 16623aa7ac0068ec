/**
 * The one place where text taken from clients and commands becomes fit for the ledger, and for the spool before
 * it: control sequences and secrets out, and no more than 1,000 characters of it kept.
 */
import { captureText, redactCaptured } from '../redact/capture.js';
import type { Rules } from '../redact/rules.js';
import type { Planned } from './plan.js';
import type { ClientSignal } from './signal.js';

interface Captured {
  text: string;
  /** The rules that found a secret. */
  rules: string[];
}

export interface Capture {
  /** The beginning of a text, with an ending that says so where it was cut. */
  head(text: string): Captured;
  /** The end of a text: what a command said last. */
  end(text: string): Captured;
}

const LONGEST = 1000;

/** @param rules of this root's configuration */
export function capturing(rules: Rules): Capture {
  return {
    head: text => captureText(text.toWellFormed(), rules),
    end: text => {
      const { text: safe, rules: fired } = redactCaptured(text.toWellFormed(), rules);
      return {
        text: Array.from(safe.slice(-2 * LONGEST))
          .slice(-LONGEST)
          .join('')
          .trim()
          .toWellFormed(),
        rules: fired,
      };
    },
  };
}

/** The signal with its text and its facts fit for the ledger. */
export function captureSignal(signal: ClientSignal, capture: Capture): ClientSignal {
  const fired = new Set<string>();
  const text = signal.text === undefined ? undefined : noted(capture.head(signal.text), fired);
  const detail = signal.detail && captureFacts(signal.detail, capture, fired);
  return { ...signal, text, detail: withRules(detail, fired) };
}

/** The event with its summary and the texts of its data fit for the ledger. */
export function captureEvent(event: Planned, capture: Capture): Planned {
  const fired = new Set<string>();
  const summary = noted(capture.head(event.summary), fired);
  const data = captureFacts(event.data, capture, fired);
  return { ...event, summary, data: withRules(data, fired) ?? {} };
}

function captureFacts(
  facts: Record<string, unknown>,
  { head, end }: Capture,
  fired: Set<string>,
): Record<string, unknown> {
  const entries = Object.entries(facts).map(([key, value]) => {
    if (typeof value !== 'string') return [key, value];
    return [key, noted(key === 'output' ? end(value) : head(value), fired)];
  });
  return Object.fromEntries(entries);
}

function noted({ text, rules }: Captured, fired: Set<string>): string {
  for (const rule of rules) fired.add(rule);
  return text;
}

function withRules(
  facts: Record<string, unknown> | undefined,
  fired: Set<string>,
): Record<string, unknown> | undefined {
  return fired.size === 0 ? facts : { ...facts, redactions: [...fired].sort() };
}
