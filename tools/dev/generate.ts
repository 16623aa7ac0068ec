/**
 * Compiles `schemas/v1/*.json` to `tools/lib/record/generated/`: for each schema a validator without any
 * dependency (ajv standalone, so that no ajv is loaded at run time) and a type derived from the same file.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _, Ajv, type CodeKeywordDefinition, type KeywordCxt } from 'ajv';
import standaloneModule from 'ajv/dist/standalone/index.js';
import { compile } from 'json-schema-to-typescript';
import { formats as checks } from '../lib/clock.js';
import { generateSha256 } from './generate-sha256.js';
import { generateVendors } from './generate-vendors.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const schemaDirectory = join(root, 'schemas/v1');
const outputDirectory = join(root, 'tools/lib/record/generated');

/** `maxBytes: n`: at most n bytes of UTF-8. A third of n characters fit whatever they are. */
const maxBytes: CodeKeywordDefinition = {
  keyword: 'maxBytes',
  type: 'string',
  schemaType: 'number',
  error: { message: '', params: ({ schema }) => _`{limit: ${schema}}` },
  code(context: KeywordCxt) {
    const { data, schema } = context;
    context.fail(_`${data}.length * 3 > ${schema} && Buffer.byteLength(${data}) > ${schema}`);
  },
};

interface ConfigSection {
  properties?: Record<string, { default?: unknown }>;
}

const standalone = standaloneModule.default;
const formats = _`require("../../clock.js").formats`;
const ajv = new Ajv({
  code: { source: true, esm: true, lines: true, formats },
  messages: false,
  unicode: false,
  // Without the flag a pattern that a rule of ours shares is compiled once for both.
  unicodeRegExp: false,
  allowUnionTypes: true,
  discriminator: true,
  keywords: [maxBytes, 'tsType'],
  formats: checks,
  logger: false,
});

/** A validator that tells yes or no alone: what it would say of problems is half of its code. */
function withoutProblems(validator: string): string {
  return validator
    .replace(/^validate\d+\.errors = \[\{.*\}\];$/gm, '')
    .replace(/^(const err\d+ = )\{.*\};$/gm, '$1{};')
    .replace(
      /^vErrors = vErrors === null \? validate\d+\.errors : .*;\nerrors = vErrors\.length;$/gm,
      'errors++;',
    );
}

/** Writes validators and types for every schema, the patterns of vendors' tokens, and SHA-256 for a few lines. */
export async function generate(): Promise<void> {
  mkdirSync(outputDirectory, { recursive: true });
  for (const file of readdirSync(schemaDirectory)) {
    const name = basename(file, '.json');
    const schema = JSON.parse(readFileSync(join(schemaDirectory, file), 'utf8'));
    const camel = name.replace(/(?:^|-)(.)/g, (_match, letter: string) => letter.toUpperCase());
    const validator = standalone(ajv, ajv.compile(schema))
      .replace('export const validate = ', `export const validate${camel} = `)
      .replace('export default ', `// default: `)
      .replace(
        /const (formats\d+) = require\("\.\.\/\.\.\/clock\.js"\)\.formats(.*);/g,
        'const $1 = formats$2;',
      );
    const write = (file: string, text: string): void => writeFileSync(join(outputDirectory, file), text);
    write(`validate-${name}.js`, `import { formats } from '../../clock.js';\n${validator}`);
    write(
      `validate-${name}.d.ts`,
      `export const validate${camel}: { (value: unknown): boolean; errors?: unknown[] | null };\n`,
    );
    const check = withoutProblems(validator).replace(`const validate${camel} `, `const is${camel} `);
    write(`is-${name}.js`, `import { formats } from '../../clock.js';\n${check}`);
    write(`is-${name}.d.ts`, `export const is${camel}: (value: unknown) => boolean;\n`);
    const types = await compile(schema, schema.title, {
      additionalProperties: false,
      bannerComment: '',
      format: false,
    });
    writeFileSync(join(outputDirectory, `${name}.ts`), types);
  }
  writeConfigDefaults();
  await generateVendors();
  await generateSha256();
}

/** What holds where nothing is configured, and which variables configure something. */
function writeConfigDefaults(): void {
  const schema = JSON.parse(readFileSync(join(schemaDirectory, 'config.json'), 'utf8'));
  const sections = Object.entries(schema.properties as Record<string, ConfigSection>).flatMap(
    ([name, { properties }]) => (properties === undefined ? [] : [[name, properties] as const]),
  );
  const defaults = sections.map(([name, keys]) => [
    name,
    Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, value.default])),
  ]);
  const overrides = sections.flatMap(([name, keys]) =>
    Object.keys(keys).map(key => `LEDGER_${name}_${key}`.toUpperCase()),
  );
  const text = [
    "import type { Config } from '../config.js';",
    // To parse text is several times faster than to make objects for the first time.
    `export const configDefaults = (): Config => JSON.parse('${JSON.stringify(Object.fromEntries(defaults))}');`,
    `export const configOverrides = new Set(${JSON.stringify(overrides)});`,
  ];
  writeFileSync(join(outputDirectory, 'config-defaults.ts'), `${text.join('\n')}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await generate();
