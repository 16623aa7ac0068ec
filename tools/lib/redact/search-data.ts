/**
 * Hiding secrets in JSON values: strings like any text, values by the name they stand under, names themselves,
 * and arguments that follow an option. The result has the same shape, and is the same object when nothing fired.
 */
import { hideHeader, isUserAndPassword } from './header.js';
import { isSecretText } from './judge.js';
import type { Rules } from './rules.js';
import { searchOptions, searchText } from './search-text.js';
import { markerOf } from './span.js';
import type { Redacted, RedactedData } from './suspect.js';
import { type Telling, tellingOf } from './telling.js';

interface Work {
  rules: Rules;
  fired: Set<string>;
}

/** A name, and what it tells. */
interface Under {
  name: string;
  telling: Telling;
}

/** Where an array of words is a command line, this tells its options' values are secret. */
const OPTION = /^--?([A-Za-z][\w.-]{2,60})$/;

export function searchData(data: Record<string, unknown>, rules: Rules): RedactedData {
  const fired = new Set<string>();
  return { data: redactObject(data, { rules, fired }), rules: [...fired] };
}

function redactValue(value: unknown, work: Work, under?: Under): unknown {
  if (typeof value === 'string') return hideString(value, work, under);
  if (typeof value === 'number') return isSecretNumber(under) ? hide(work, 'password') : value;
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value)
    ? redactArray(value, work, under)
    : redactObject(value as Record<string, unknown>, work);
}

function redactObject(value: Record<string, unknown>, work: Work): Record<string, unknown> {
  let changed: [string, unknown][] | undefined;
  const names = Object.keys(value);
  for (let index = 0; index < names.length; index++) {
    const name = names[index]!;
    const item = value[name];
    const newName = hideText(name, work);
    const newItem = redactValue(item, work, underOf(name, value));
    if (newName === name && newItem === item) continue;
    changed ??= Object.entries(value);
    changed[index] = [newName, newItem];
  }
  return changed === undefined ? value : Object.fromEntries(apart(changed));
}

/** Two names that became one marker stay two: `[redacted:github]`, `[redacted:github] 2`. */
function apart(entries: [string, unknown][]): [string, unknown][] {
  const taken = new Set<string>();
  return entries.map(([name, item]) => {
    let free = name;
    for (let count = 2; taken.has(free); count++) free = `${name} ${count}`;
    taken.add(free);
    return [free, item];
  });
}

/** What the name tells of the value; for `{"name": "DB_PASSWORD", "value": …}` its neighbour's text does. */
function underOf(name: string, siblings: Record<string, unknown>): Under | undefined {
  const isValue = name === 'value' || name === 'Value';
  const told = isValue ? (siblings.name ?? siblings.key ?? siblings.Name ?? siblings.Key) : name;
  const telling = typeof told === 'string' ? tellingOf(told) : undefined;
  return telling && { name: told as string, telling };
}

function redactArray(items: unknown[], work: Work, under?: Under): unknown[] {
  let changed: unknown[] | undefined;
  for (const [index, item] of items.entries()) {
    const newItem = redactValue(item, work, underOption(items[index - 1], item) ?? under);
    if (newItem === item) continue;
    changed ??= [...items];
    changed[index] = newItem;
  }
  return hideCommandLine(changed ?? items, work);
}

function underOption(option: unknown, item: unknown): Under | undefined {
  if (typeof option !== 'string' || typeof item !== 'string' || item.startsWith('-')) return undefined;
  const name = OPTION.exec(option)?.[1];
  const telling = name === undefined ? undefined : tellingOf(name);
  return telling && { name: name!, telling };
}
/** A token that tells itself goes by its own name, anything else under a telling name by that one's. */
function hideString(value: string, work: Work, under?: Under): string {
  const redacted = searchText(value, work.rules);
  const isWhole = redacted.text === markerOf(redacted.rules[0] ?? '');
  const isNamed = under && !isWhole && !isAllowed(value, work.rules);
  // What is left beside a token is judged by itself, as it would be the next time.
  const named = isNamed ? (hideNamed(value, under) ?? hideNamed(redacted.text, under)) : undefined;
  if (named === undefined) return noted(redacted, work);
  for (const rule of redacted.rules) if (named.includes(markerOf(rule))) work.fired.add(rule);
  work.fired.add(under!.telling.rule);
  return hideText(named, work);
}

function hideNamed(value: string, { name, telling }: Under): string | undefined {
  const { rule } = telling;
  if (rule === 'authorization' || rule === 'cookie') {
    const isEncoded = rule === 'authorization' && isUserAndPassword(value);
    return hideHeader(value, rule, name) ?? (isEncoded ? markerOf(rule) : undefined);
  }
  return isSecretText(value, telling) ? markerOf(rule) : undefined;
}

/** `{"pass": 12, "fail": 0}` counts tests. */
function isSecretNumber(under: Under | undefined): boolean {
  return under?.telling.rule === 'password' && !/^pass$/i.test(under.name);
}

function hide({ fired }: Work, rule: string): string {
  fired.add(rule);
  return markerOf(rule);
}

function isAllowed(value: string, { allow }: Rules): boolean {
  return allow.some(pattern => pattern.test(value.slice(0, 1000)));
}

function hideText(text: string, work: Work): string {
  return noted(searchText(text, work.rules), work);
}

function noted({ text, rules }: Redacted, { fired }: Work): string {
  for (const rule of rules) fired.add(rule);
  return text;
}

/** `["mysql", "-psecret"]`: read as the JSON it is, where the options of known commands are found. */
function hideCommandLine(items: unknown[], { rules, fired }: Work): unknown[] {
  if (!items.some(item => typeof item === 'string' && item.startsWith('-'))) return items;
  if (!items.every(item => typeof item === 'string')) return items;
  const redacted = searchOptions(JSON.stringify(items), rules);
  for (const rule of redacted.rules) fired.add(rule);
  return redacted.rules.length === 0 ? items : JSON.parse(redacted.text);
}
