/** The YAML parser. A part of its own: what workplans hold is seldom more than plain lines. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  type ParsedNode,
  parseDocument,
} from 'yaml';
import type { Mapping, Value } from './mapping.js';

/** A problem is told and not thrown: a class of ours would be another one for whoever loads this part. */
export type ParsedYaml = { mapping: Mapping } | { problem: string; line: number };

const NULL_WORDS = /^(?:~|null|Null|NULL)?$/;
/** A text that refers to itself again and again could grow without bounds. */
const MOST_ALIASES = 100;

/** Reads a mapping whose scalars stay the texts they are. */
export function parseYaml(text: string): ParsedYaml {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    ...{ schema: 'failsafe', lineCounter, prettyErrors: false, logLevel: 'error' },
  });
  const [error] = document.errors;
  if (error) {
    const line = lineCounter.linePos(error.pos[0]).line - 1;
    // What is left open is missed at the end, behind the last line.
    return { problem: sentence(error.message), line: Math.min(line, text.trimEnd().split('\n').length - 1) };
  }
  const { contents } = document;
  if (!isMap(contents)) return { problem: 'is no list of keys and values', line: 0 };
  const reader = new TextReader(document);
  const mapping = reader.mapping(contents.items as Pair[]);
  return reader.aliases > MOST_ALIASES ? { problem: 'has too many aliases', line: 0 } : { mapping };
}

class TextReader {
  aliases = 0;

  constructor(private readonly document: Document.Parsed<ParsedNode>) {}

  mapping(pairs: Pair[]): Mapping {
    const entries = pairs.map(({ key, value }) => [
      String(this.texts(key as Node)),
      this.texts(value as Node | null),
    ]);
    return Object.fromEntries(entries);
  }

  private texts(node: Node | null | undefined): Value {
    if (isAlias(node)) return ++this.aliases > MOST_ALIASES ? null : this.texts(node.resolve(this.document));
    if (isMap(node)) return this.mapping(node.items as Pair[]);
    if (isSeq(node)) return node.items.map(item => this.texts(item as Node));
    if (!isScalar(node)) return null;
    const isNull = node.type === 'PLAIN' && NULL_WORDS.test(node.source ?? '');
    return isNull || node.value === null ? null : String(node.value);
  }
}

const sentence = (message: string): string => message.replace(/\s+/g, ' ').replace(/[.:]$/, '');
