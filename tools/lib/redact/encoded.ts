/** Base64 of what is secret in plain text: a private key, a service account's file. */
import type { Span } from './span.js';

/** How such base64 begins, at every indentation people write: `-----BEGIN `, `{"type":"service_account"`. */
export const ENCODED = [
  'LS0tLS1CRUdJTi',
  'eyJ0eXBlIjoic2VydmljZV9hY2NvdW50',
  'eyJ0eXBlIjogInNlcnZpY2VfYWNjb3VudC',
  'ewogICJ0eXBlIjogInNlcnZpY2VfYWNjb3VudC',
  'ewogICAgInR5cGUiOiAic2VydmljZV9hY2NvdW50',
];

const REST = /[A-Za-z0-9+/]{20,}(?:(?:\\n|\r?\n[ \t]{0,12})[A-Za-z0-9+/]{20,})*={0,2}/y;
const HEAD_CHARACTERS = 96;

export function encodedSpan(text: string, at: number): Span | undefined {
  const head = Buffer.from(text.slice(at, at + HEAD_CHARACTERS), 'base64').toString('latin1');
  if (!/^-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY|"service_account/.test(head)) return undefined;
  REST.lastIndex = at;
  return REST.test(text) ? { start: at, end: REST.lastIndex, rule: 'private-key' } : undefined;
}
