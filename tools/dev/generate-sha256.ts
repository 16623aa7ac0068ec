/** Assembles `tools/lib/sha256.wat` to `tools/lib/sha256-wasm.ts`: WebAssembly, as numbers that a program carries. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import wabt from 'wabt';

const path = (name: string): string => fileURLToPath(new URL(`../lib/${name}`, import.meta.url));

export async function generateSha256(): Promise<void> {
  const module = (await wabt()).parseWat('sha256.wat', readFileSync(path('sha256.wat'), 'utf8'));
  module.validate();
  const { buffer } = module.toBinary({});
  // What decodes text would have to be compiled first.
  writeFileSync(path('sha256-wasm.ts'), `export const SHA256_WASM: number[] = [${buffer}];\n`);
}
