/**
 * Takes vendors' token patterns out of the maintained package `@secretlint/secretlint-rule-preset-recommend`,
 * so that none of it is loaded at run time. Each of its rules is run over a text that notes the patterns it is
 * asked to match. A pattern is kept when it begins with literal characters and lies in the linear subset;
 * boundaries are dropped, because ours also know escapes, and letters of other scripts. The rest (URLs, key
 * blocks, patterns that backtrack) is covered by rules of our own.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import { linearProblem } from '../lib/redact/linear.js';
import type { VendorRow } from '../lib/redact/vendors.js';

const output = fileURLToPath(new URL('../lib/redact/generated', import.meta.url));
const SHORTEST_BEGINNING = 3;
const SHORTEST_TOKEN = 16;

type Creator = (typeof rules)[number];

/** The patterns a rule matches its text against. */
async function patternsOf(rule: Creator): Promise<RegExp[]> {
  const patterns: RegExp[] = [];
  const content = {
    matchAll: (pattern: RegExp) => {
      patterns.push(pattern);
      return [];
    },
    split: () => [],
    indexOf: () => -1,
    length: 0,
  };
  const context = { createTranslator: () => () => '', report: () => undefined, ignore: () => undefined };
  const { file } = rule.create(context as never, { enableIDScanRule: true } as never) as {
    file?: (source: unknown) => unknown;
  };
  await file?.({ content, filePath: undefined, ext: '.txt', contentType: 'text' });
  return patterns;
}

/** The row for a pattern; undefined when it is not of our kind. */
function vendorRow(rule: string, { source, flags }: RegExp): VendorRow | undefined {
  const bare = source
    .replace(/^\(\?<![^)]*\)|^\\b/, '')
    .replace(/\(\?![^)]*\)$|\\b$/, '')
    .replaceAll(/\(\?<\w+>/g, '(?:');
  const parts = /^(?:\(\?:([\w|]+)\)|\(([\w|]+)\))?((?:[\w-]|\\[.-])*?)(?=\[|\\[dw]|\(|$)/.exec(bare);
  if (parts === null || flags.includes('i')) return undefined;
  const tail = bare.slice(parts[0].length);
  const literal = parts[3]!.replaceAll('\\', '');
  const beginnings = (parts[1] ?? parts[2] ?? '').split('|').map(choice => choice + literal);
  const isTelling = beginnings.every(beginning => beginning.length >= SHORTEST_BEGINNING);
  if (!isTelling || linearProblem(tail, SHORTEST_TOKEN) !== undefined) return undefined;
  return [rule, beginnings.join(' '), tail];
}

/** Writes `tools/lib/redact/generated/vendors.ts`. */
export async function generateVendors(): Promise<void> {
  const rows: VendorRow[] = [];
  for (const rule of rules) {
    const name = rule.meta.id.replace(/^.*secretlint-rule-/, '');
    for (const pattern of await patternsOf(rule)) {
      const row = vendorRow(name, pattern);
      if (row) rows.push(row);
    }
  }
  const lines = rows.map(row => `  ${JSON.stringify(row)},\n`).join('');
  mkdirSync(output, { recursive: true });
  writeFileSync(
    join(output, 'vendors.ts'),
    `import type { VendorRow } from '../vendors.js';\n\nexport const VENDOR_ROWS: readonly VendorRow[] = [\n${lines}];\n`,
  );
}
