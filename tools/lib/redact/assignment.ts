/**
 * `name=value` in all its dress: environment, JSON at any depth of escaping, YAML, XML, code, options of
 * commands, pairs of `name` and `value`. A telling word was found; here its whole name, what joins it to a
 * value, and the value are read, and judged.
 */
import { authorizationSpan, cookieSpan, isUserAndPassword } from './header.js';
import { type Joint, jointBehind } from './joint.js';
import { isMade, isSecretText, isSecretWord } from './judge.js';
import { MARKER_START, type Span } from './span.js';
import { type Telling, tellingOf } from './telling.js';
import { extendValue, readValue, type Value } from './value.js';

interface Name {
  start: number;
  end: number;
  text: string;
  telling: Telling;
  /** It is an option: dashes stand before it. */
  isOption: boolean;
  /** Nothing but `export`, `set` or a diff's sign stands before it in its line. */
  startsLine: boolean;
}

const LONGEST_NAME = 80;
const IN_ENVIRONMENT = /^[A-Z][A-Z0-9_]*$/;
const AFTER = /[\w.-]{0,80}/y;
const LINE_BEFORE =
  /(?:^|[\n"'])[ \t]*(?:[-+][ \t]*)?(?:(?:export|set|setenv|declare -x|typeset -x|ENV|ARG|env)[ \t]+)?$/;
const PHRASE = /(?:^|[^A-Za-z])(api|access|secret|private|auth|encryption|signing|account)[ ]$/i;

/** @param at where a telling word stands. @returns the span, and where its name ends in any case */
export function assignmentSpan(text: string, at: number): { span: Span | undefined; nameEnd: number } {
  const name = nameAt(text, at);
  if (name === undefined) return { span: undefined, nameEnd: at };
  return { span: spanBehind(text, name), nameEnd: name.end };
}

function nameAt(text: string, at: number): Name | undefined {
  const head = text.slice(nameStart(text, at), at);
  AFTER.lastIndex = at;
  const whole = head + (AFTER.exec(text)?.[0] ?? '');
  const dashes = /^[-.]*/.exec(whole)![0].length;
  let start = at - head.length + dashes;
  if (dashes === 0 && text[start - 1] === '\\' && /[nrtbf]/.test(text[start] ?? '')) start++;
  const body = whole.slice(start - (at - head.length)).replace(/[-.]+$/, '');
  const end = start + body.length;
  const before = text.slice(Math.max(0, start - 48), start);
  if (before.endsWith(MARKER_START)) return undefined;
  const telling = tellingOf(body) ?? (/^keys?$/i.test(body) && PHRASE.test(before) ? API_KEY : undefined);
  if (telling === undefined) return undefined;
  const startsLine = LINE_BEFORE.test(before) || (start < 48 && LINE_BEFORE.test(`\n${before}`));
  return { start, end, text: body, telling, isOption: /^--?$/.test(whole.slice(0, dashes)), startsLine };
}

/** Backwards by hand: a pattern would try from every character before. */
function nameStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < LONGEST_NAME && isNameCode(text.charCodeAt(start - 1))) start--;
  return start;
}

/** `[A-Za-z0-9_.-]`. */
function isNameCode(code: number): boolean {
  if (code >= 97) return code <= 122;
  return code >= 65 ? code <= 90 || code === 95 : (code >= 48 && code <= 57) || code === 45 || code === 46;
}

const API_KEY: Telling = { rule: 'api-key', kind: 'made' };

function spanBehind(text: string, name: Name): Span | undefined {
  const joint = jointBehind(text, name);
  if (joint === undefined) return undefined;
  const isLine =
    name.startsLine && joint.kind === 'tight' && joint.quote === '' && IN_ENVIRONMENT.test(name.text);
  const value = readValue(text, joint.valueAt, isLine);
  if (value === undefined) return undefined;
  const { rule } = name.telling;
  if (rule === 'authorization') return authorizationSpan(text, value) ?? encodedLogin(text, value);
  if (rule === 'cookie') return cookieSpan(text, value, /set-?cookie$/i.test(name.text));
  if (joint.kind === 'element') return elementSpan(text, joint.valueAt, name.telling);
  if (!isSecret(text, value, name, joint.kind)) return undefined;
  const end = extendValue(text, value);
  const isNumber =
    joint.quote !== '' && value.quote === '' && /^-?\d[\d.eE+-]*$/.test(text.slice(value.start, end));
  return { start: value.start, end, rule, ...(isNumber && { quote: joint.quote }) };
}

function isSecret(text: string, value: Value, name: Name, joint: Joint['kind']): boolean {
  const telling = tellingIn(name, joint);
  const head = text.slice(value.start, value.end);
  if (joint === 'option' && /^-/.test(head) && value.quote === '') return false;
  if (value.quote !== '') {
    if (!isSecretText(head, telling)) return false;
    return joint !== 'pair' || (PAIRED.test(head) && isMade(head));
  }
  const line = text.slice(value.end, value.end + 8);
  const isWholeLine = name.startsLine && /^[ \t]*(?:\r?$|\r?\n|\\n|$)/.test(line);
  const isTight = joint === 'tight' || joint === 'option';
  if (joint === 'option' && (/^[A-Z_]+$/.test(head) || PROSE.test(head))) return false;
  if (/^pass$/i.test(name.text) && /^(?:\d+|[a-z]+)$/i.test(head)) return false;
  return isSecretWord(head, telling, { isTight, isWholeLine, next: line[0] ?? '' });
}

/** An option or a variable of the environment holds what it is called after, whatever that looks like. */
function tellingIn({ telling, isOption, text }: Name, joint: Joint['kind']): Telling {
  const isCertain = joint === 'option' || (joint === 'tight' && (isOption || IN_ENVIRONMENT.test(text)));
  return isCertain && telling.kind === 'made' ? { ...telling, kind: 'chosen' } : telling;
}

/** In a list of names and values, what can only be a value. */
const PAIRED = /^(?=.{0,254}\d)(?=.{0,254}[A-Za-z])[^\s()[\]{}]{6,}$/;

/** What follows an option that is only mentioned. */
const PROSE =
  /^(?:to|for|and|or|is|are|was|with|without|the|a|an|in|on|at|if|as|not|flag|flags|option|options|argument|parameter|from|instead|must|should|can|will|when|of|by|it|this|that|via|value|values|string)$/i;

function elementSpan(text: string, start: number, telling: Telling): Span | undefined {
  const end = text.indexOf('</', start);
  return isSecretText(text.slice(start, end).trim(), telling)
    ? { start, end, rule: telling.rule }
    : undefined;
}

/** `"auth": "<base64 of user:password>"`, as in Docker's configuration. */
function encodedLogin(text: string, { start, end }: Value): Span | undefined {
  return isUserAndPassword(text.slice(start, end)) ? { start, end, rule: 'authorization' } : undefined;
}
