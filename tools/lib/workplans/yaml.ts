/** The YAML parser, loaded only by commands that read workplans. */
import type { Document, Node, ParsedNode } from 'yaml';
import { type Mapping, type Value, YamlError, type YamlReader } from './mapping.js';

const NULL_WORDS = /^(?:~|null|Null|NULL)?$/;
/** A text that refers to itself again and again could grow without bounds. */
const MOST_ALIASES = 100;

/** @returns a reader of YAML mappings whose scalars stay the texts they are */
export async function loadYaml(): Promise<YamlReader> {
  const { parseDocument, isAlias, isMap, isScalar, isSeq, LineCounter } = await import('yaml');
  let document: Document.Parsed<ParsedNode>;
  let aliases = 0;
  const textsOf = (node: Node | null | undefined): Value => {
    if (isAlias(node)) {
      if (++aliases > MOST_ALIASES) throw new YamlError('has too many aliases', 0);
      return textsOf(node.resolve(document));
    }
    if (isMap(node)) return mappingOf(node.items as Pair[]);
    if (isSeq(node)) return node.items.map(item => textsOf(item as Node));
    if (!isScalar(node)) return null;
    const isNull = node.type === 'PLAIN' && NULL_WORDS.test(node.source ?? '');
    return isNull || node.value === null ? null : String(node.value);
  };
  const mappingOf = (pairs: Pair[]): Mapping => {
    const mapping: Mapping = Object.create(null);
    for (const { key, value } of pairs) mapping[String(textsOf(key))] = textsOf(value);
    return { ...mapping };
  };
  return text => {
    const lineCounter = new LineCounter();
    document = parseDocument(text, {
      schema: 'failsafe',
      lineCounter,
      prettyErrors: false,
      logLevel: 'error',
    });
    aliases = 0;
    const [error] = document.errors;
    if (error) {
      const line = lineCounter.linePos(error.pos[0]).line - 1;
      // What is left open is missed at the end, behind the last line.
      throw new YamlError(sentence(error.message), Math.min(line, text.trimEnd().split('\n').length - 1));
    }
    if (!isMap(document.contents)) throw new YamlError('is no list of keys and values', 0);
    return mappingOf(document.contents.items as Pair[]);
  };
}

interface Pair {
  key: Node;
  value: Node | null;
}

const sentence = (message: string): string => message.replace(/\s+/g, ' ').replace(/[.:]$/, '');
