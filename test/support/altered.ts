/** Chains that were altered, and what is told of them. */
import { FINDINGS } from '../../tools/lib/record/finding.js';
import { InspectedFile, type InspectOptions } from './inspect.js';
import { temporaryDirectory } from './workspace.js';

/** Made of few lines, in which everything happens that can. */
export const MOST_LINES = 14;

interface Told {
  line: number;
  code: string;
  message: string;
}

/** Inspects days of these lines, all in one file. */
export function inspected(): (lines: string[] | string, options?: InspectOptions) => Told[] {
  const file = new InspectedFile(temporaryDirectory());
  return (lines, options) => file.inspect(typeof lines === 'string' ? lines : textOf(lines), options);
}

export const textOf = (lines: string[]): string => lines.map(line => `${line}\n`).join('');

export const isChain = ({ code }: Told): boolean => code.startsWith('chain-');
export const isError = ({ code }: Told): boolean =>
  FINDINGS[code as keyof typeof FINDINGS].severity === 'error';
export const isToldOf = ({ line, code }: Told): string => `${line} ${code}`;

/** The lines that findings name, in order. */
export function lineNumbers(findings: Told[]): number[] {
  return [...new Set(findings.map(({ line }) => line))].sort((a, b) => a - b);
}
