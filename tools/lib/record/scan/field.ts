/** The fields of an event as its schema describes them, prepared for recognising them in bytes. */
import schema from '../../../../schemas/v1/event.json' with { type: 'json' };
import type { LedgerEvent } from '../event.js';
import { type Literal, literal } from './literal.js';
import { type Shape, shapeOf } from './shape.js';

export interface EventField {
  name: keyof LedgerEvent;
  /** `"name":` */
  key: Literal;
  isRequired: boolean;
  type: string;
  /** Lengths in bytes, as they are written. */
  shortest: number;
  longest: number;
  minimum: number;
  /** All that a pattern of fixed length wants. */
  shape: Shape | undefined;
  /** Any other pattern. */
  pattern: RegExp | undefined;
  /** Texts that the pattern accepted: names come again and again. */
  accepted: { text: string; quoted: Literal }[];
  isTimestamp: boolean;
}

interface Rules {
  type: string;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  maxBytes?: number;
  minimum?: number;
}

const KNOWN_RULES = new Set([
  ...['description', 'tsType', 'type', 'format', 'pattern'],
  ...['minLength', 'maxLength', 'maxBytes', 'minimum'],
]);
const KNOWN_TOP_RULES = new Set(['$schema', '$id', 'title', 'description', 'type', 'required', 'properties']);
const KNOWN_TYPE = /^(?:string|integer|object)$/;
/** `\u0041` is one character. */
const LONGEST_ESCAPE = 6;

/** The fields, which stand in lines as they stand in the schema; none when the schema has rules that are not known here. */
export function readEventFields(): EventField[] {
  const properties: Record<string, Rules> = schema.properties;
  const isKnown =
    Object.keys(schema).every(rule => KNOWN_TOP_RULES.has(rule)) &&
    Object.values(properties).every(
      rules =>
        KNOWN_TYPE.test(rules.type) &&
        Object.keys(rules).every(rule => KNOWN_RULES.has(rule)) &&
        (rules.format === undefined || (rules.format === 'date-time' && rules.pattern === undefined)),
    );
  const entries = Object.entries(properties) as [keyof LedgerEvent, Rules][];
  return isKnown ? entries.map(([name, rules]) => readField(name, rules)) : [];
}

function readField(name: keyof LedgerEvent, rules: Rules): EventField {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, maxBytes = maxLength } = rules;
  const shape = shapeOf(rules.pattern ?? '');
  const pattern = rules.pattern === undefined || shape ? undefined : new RegExp(rules.pattern);
  // A checked text has no escapes, so it is as long as it is written; free text may be shorter.
  const isPlain = rules.pattern !== undefined || rules.format !== undefined || minLength <= 1;
  return {
    ...{ name, shape, pattern, accepted: [], type: rules.type },
    key: literal(`"${name}":`),
    isRequired: schema.required.includes(name),
    isTimestamp: rules.format === 'date-time',
    shortest: isPlain ? minLength : minLength * LONGEST_ESCAPE,
    longest: Math.min(maxLength, maxBytes),
    minimum: rules.minimum ?? Number.NEGATIVE_INFINITY,
  };
}
