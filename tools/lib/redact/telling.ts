/**
 * Which names tell that their value is a secret: judged by the words a name ends in, because `token_count`
 * and `password_file` speak of something else than `session_token` and `DB_PASSWORD`.
 */
import { MARKER_START } from './span.js';

export interface Telling {
  rule: string;
  /**
   * What its values look like: `chosen` by a person (anything), `made` by a machine (long and mixed), or
   * `rare`: only what looks thoroughly random, because the name alone proves little.
   */
  kind: 'chosen' | 'made' | 'rare';
  /** One word alone, which may as well stand over the name of a secret: `secret: db-credentials`. */
  isPlain?: boolean;
}

const MAY_TELL =
  /pass|pwd|pw|secret|token|key|cred|auth|jwt|cookie|bearer|sess|mnemonic|phrase|senha|contrase/i;
const LONGEST_NAME = 80;

/** Last words that only say which of several, or in which form. */
const MODIFIERS = new Set(
  'value val string str text plain plaintext raw base64 b64 confirm confirmation repeat again old new current prod production dev development test testing staging stage live local default primary secondary root admin header env'.split(
    ' ',
  ),
);
/** Tokens that are counted, page through a list, or are a piece of text. */
const HARMLESS_TOKENS = new Set(
  'max min num total count input output prompt completion cached reasoning thinking next previous prev page pagination continuation cursor sync resume start end stop eos bos pad unk sep cls mask special cancellation cancel fencing design syntax lexer lookahead current public abort'.split(
    ' ',
  ),
);
const TELLING_KEYS = new Set(
  'api access secret private auth account signing signature sign encryption encrypt decryption master shared service admin app application client consumer license licence storage subscription deploy ssh root webhook hmac session sas role anon integration write host vault unseal recovery jwt bot ingest ingestion developer server merchant license push vapid rsa pgp gpg wireguard preshared psk'.split(
    ' ',
  ),
);
/** What has no other meaning, so that any value is a secret. */
const CERTAIN_KEYS = new Set(
  'api access secret private auth signing encryption master webhook hmac jwt'.split(' '),
);
const CERTAIN_TOKENS = new Set(
  'access auth refresh bearer session id api github gitlab gh slack npm pypi bot user app client service deploy personal security secret private oauth oauth2 jwt csrf xsrf login device admin ci registry vault hf hub'.split(
    ' ',
  ),
);
const HARMLESS_KEYS = new Set(
  'cache primary public foreign sort partition idempotency task row group object map dict index unique composite natural business translation i18n query react widget hot short routing message dedup dedupe deduplication shard sharding range hash trace lookup search state item entity issue project registry theme config feature pub'.split(
    ' ',
  ),
);
const OWNER =
  'store|trust|key|db|database|sql|user|root|admin|ssh|smtp|mail|email|my|new|old|pg|postgres|ldap|ftp|bind|proxy|sudo|imap|redis|mysql|mongo|rabbitmq|http|basic|auth|login|account|server|wifi|vpn|cert|p12';
const SHORT_PASS = new RegExp(`^(?:${OWNER})?pass$`);
const IS_OWNER = new RegExp(`^(?:${OWNER})$`);

const remembered = new Map<string, Telling | null>();
const MOST_REMEMBERED = 1000;

/** What a name tells of its value; undefined when nothing. */
export function tellingOf(name: string): Telling | undefined {
  const known = remembered.get(name);
  if (known !== undefined) return known ?? undefined;
  if (name.length > LONGEST_NAME) return undefined;
  const telling = MAY_TELL.test(name) && !name.includes(MARKER_START) ? judge(wordsOf(name)) : undefined;
  if (remembered.size < MOST_REMEMBERED) remembered.set(name, telling ?? null);
  return telling;
}

function wordsOf(name: string): string[] {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9\u00f1]+/)
    .filter(word => word !== '');
  while (words.length > 1 && (MODIFIERS.has(words.at(-1)!) || /^[\dv]\d*$/.test(words.at(-1)!))) words.pop();
  return words;
}

function judge(words: string[]): Telling | undefined {
  const last = (words.at(-1) ?? '').replace(/\d+$/, '');
  const before = words.at(-2) ?? '';
  const word = /[^s]s$/.test(last) && !/pass$/.test(last) ? last.slice(0, -1) : last;
  if (/(?:password|passwd|passphrase|passcode|passwort|senha|contrase[n\u00f1]a|mnemonic)$/.test(word))
    return chosen('password');
  if (/(?:pwd|^pw)$/.test(word)) return chosen('password');
  if (SHORT_PASS.test(word) && (before === '' || IS_OWNER.test(before))) return chosen('password');
  if (word === 'phrase' && /^(?:pass|seed|secret|recovery)$/.test(before)) return chosen('password');
  if (word.endsWith('secret')) return { ...chosen('secret'), isPlain: words.length === 1 };
  if (word.endsWith('token')) return judgeToken(last, before);
  if (word.endsWith('key')) return judgeKey(word, before);
  if (/^(?:credential|cred)$/.test(word)) return made('credential');
  if (/authorization$/.test(word)) return made('authorization');
  if (word === 'auth') return { rule: 'authorization', kind: 'rare' };
  if (word === 'jwt' || word === 'bearer') return made('token');
  if (word === 'cookie') return made('cookie');
  if (/^(?:phpsessid|jsessionid|sessionid|sessid|connect\.sid)$/.test(word) && before === '')
    return made('cookie');
  return undefined;
}

function judgeToken(last: string, before: string): Telling | undefined {
  if (HARMLESS_TOKENS.has(before) || last === 'tokens') return undefined;
  return CERTAIN_TOKENS.has(before) ? chosen('token') : made('token');
}

function judgeKey(word: string, before: string): Telling | undefined {
  if (word !== 'key') {
    return /^(?:api|auth|access|secret|private|encryption|signing|master|account|sshkey|ssh|psk|deploy)key$/.test(
      word,
    )
      ? made(word === 'privatekey' ? 'private-key' : 'api-key')
      : undefined;
  }
  if (before === 'private' || before === 'ssh') return chosen('private-key');
  if (CERTAIN_KEYS.has(before)) return chosen('api-key');
  if (TELLING_KEYS.has(before)) return made('api-key');
  return before === '' || HARMLESS_KEYS.has(before) ? undefined : { rule: 'key', kind: 'rare' };
}

const chosen = (rule: string): Telling => ({ rule, kind: 'chosen' });
const made = (rule: string): Telling => ({ rule, kind: 'made' });
