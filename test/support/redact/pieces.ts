/** Texts of pieces that mean something to a rule, thrown together at random. */
import fastCheck from 'fast-check';
import { seededRandom } from '../rounds.js';
import { HOSTILE } from './hostile.js';
import { FORMATS, tokenOf } from './vendor-tokens.js';

const random = seededRandom(21);
export const tokens = Object.values(FORMATS).flatMap(formats =>
  formats.map(format => tokenOf(format, random)),
);
export const names = [
  'password',
  'DB_PASSWORD',
  'token',
  'api_key',
  'client_secret',
  'Authorization',
  'Cookie',
  'auth',
  'tokens',
  'cache_key',
  '--password',
  '--token',
  'name',
  'value',
];
export const glue = [
  '=',
  ': ',
  ':',
  ' = ',
  ' ',
  '\n',
  '"',
  "'",
  '\\"',
  '\\n',
  '\\',
  ',',
  ';',
  '{',
  '}',
  '[',
  ']',
  '<',
  '>',
  '</',
  '(',
  ')',
  '&',
  '?',
  '@',
  '://',
  '$',
  '…',
  '[redacted:token]',
  '[redacted:',
  ']',
  '\u001b[31m',
  '\u200b',
  '🎉',
  '\ud83d',
  'ก',
  '密码：',
];
export const values = [
  'hunter2',
  'Bearer abc123def456ghi7',
  'a=b1; c=d',
  '$TOKEN',
  'correct horse battery',
  'curl -u a:b3',
  'mysql -psecret',
  'x',
  '12345',
  '-----BEGIN PRIVATE KEY-----\nMIIEowIBAAKCAQEA',
  '-----END PRIVATE KEY-----',
];
const piece = fastCheck.constantFrom(
  ...tokens,
  ...names,
  ...names,
  ...glue,
  ...glue,
  ...glue,
  ...values,
  ...Object.values(HOSTILE),
);
export const texts = fastCheck.oneof(
  fastCheck.array(piece, { maxLength: 14 }).map(pieces => pieces.join('')),
  fastCheck.string({ unit: 'binary', maxLength: 60 }),
);
