/** What joins a name to its value: an operator, a space behind an option, a list, an element, a `value` beside it. */
import type { Telling } from './telling.js';
import { depthOf } from './value.js';

export interface Joint {
  /** `pair` proves least: a list of names looks the same. */
  kind: 'tight' | 'loose' | 'option' | 'pair' | 'element';
  valueAt: number;
  /** The quote behind the name, with its backslashes; empty for none. */
  quote: string;
}

const ELEMENT = /(?:\s[^<>\n]{0,200})?>(?=[^<\n"]{1,512}<\/)/y;
const NAME_VALUE =
  /\\{0,15}["']?[ \t]{0,8},?(?:\\n|\s){0,32}(?:-\s)?\\{0,15}["']?value(\\{0,15}["'])?[ \t]{0,4}[:=][ \t]{0,4}(?=\S)/iy;
const OPERATOR =
  /(?:(\\{0,15}["'`])\]?)?[?!]?([ \t]{0,16})(?:=>|:=|\?=|\+=|={1,3}|!==?|:(?![:/]{1,2}[^\s"'])|\uff1a|\uff1d)([ \t]{0,16}(?:[|>][-+]?[ \t]{0,4}(?:\r?\n|\\n)[ \t]{1,32}|\\\r?\n[ \t]{0,32})?)/y;
const LISTED = /\\{0,15}["'`][ \t]{0,4},[ \t\n]{0,16}(?=\\{0,15}["'`])/y;
const SPACED = /(?:[ \t]|\\\r?\n[ \t]*){1,32}/y;
const TYPE_BEFORE_VALUE = /[\w.<>[\]|? ]{1,64}[ \t]=[ \t](?!=)/y;
const LOGIN_BEFORE = /\blogin\s+\S{1,128}\s+$/;

/** @returns undefined when nothing joins the name to a value */
export function jointBehind(
  text: string,
  name: { start: number; end: number; telling: Telling; isOption: boolean },
): Joint | undefined {
  const { start, end, isOption } = name;
  if (text[start - 1] === '<') return match(ELEMENT, text, end, 'element');
  const joint = operatorAt(text, end) ?? match(NAME_VALUE, text, end, 'loose');
  if (joint) return joint;
  if (isOption) return match(LISTED, text, end, 'option') ?? match(SPACED, text, end, 'option');
  const listed = match(LISTED, text, end, 'pair');
  if (listed || name.telling.kind !== 'chosen') return listed;
  const spaced = match(SPACED, text, end, 'pair');
  if (spaced && LOGIN_BEFORE.test(text.slice(Math.max(0, start - 160), start)))
    return { ...spaced, kind: 'option' };
  return spaced && /["'\\]/.test(text[spaced.valueAt] ?? '') ? spaced : undefined;
}

function operatorAt(text: string, end: number): Joint | undefined {
  OPERATOR.lastIndex = end;
  const operator = OPERATOR.exec(text);
  if (operator === null) return undefined;
  const isSpaced = operator[2] !== '' || operator[3] !== '';
  let valueAt = OPERATOR.lastIndex;
  TYPE_BEFORE_VALUE.lastIndex = valueAt;
  if (isSpaced && TYPE_BEFORE_VALUE.test(text)) valueAt = TYPE_BEFORE_VALUE.lastIndex;
  return { kind: isSpaced ? 'loose' : 'tight', valueAt, quote: quoteOf(operator[1]) };
}

function match(pattern: RegExp, text: string, at: number, kind: Joint['kind']): Joint | undefined {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return found === null ? undefined : { kind, valueAt: pattern.lastIndex, quote: quoteOf(found[1]) };
}

/** Of the backslashes before a quote, those that escape it: 0, 1, 3, 7, as deep as it is; the rest is text. */
function quoteOf(quote = ''): string {
  const slashes = quote.length - 1;
  const depth = depthOf(slashes);
  return depth === undefined ? quote : quote.slice(Math.max(0, slashes - depth));
}
