/** What an executable is: a name, its arguments, and one function. */
import type { Clock } from '../clock.js';

export interface Option {
  name: string;
  /** What its value is called in the help, e.g. `FILE`; absent for a flag. */
  value?: string;
  /** One line for the help and the completion. */
  text: string;
}

/** Everything a command knows of the world outside the root. */
export interface Io {
  cwd: string;
  environment: Record<string, string | undefined>;
  clock: Clock;
  /** Standard input. */
  input(): AsyncIterable<Buffer>;
  /** Standard output: data and only data. */
  print(text: string): void;
  /** Standard error, as it is. */
  printError(text: string): void;
  isTerminal(stream: 'input' | 'output' | 'messages'): boolean;
  /** Columns of the terminal. */
  width(): number;
}

export interface Parsed {
  positionals: string[];
  /** The last value of an option; undefined when it is not given. */
  value(name: string): string | undefined;
  isSet(name: string): boolean;
}

export interface Call {
  args: Parsed;
  io: Io;
  /** A line on stderr, `tool: message`. */
  warn(message: string): void;
}

export interface Command {
  name: string;
  /** What it is for, one line. */
  purpose: string;
  /** The forms of its arguments, without its name. */
  synopsis: string[];
  options: Option[];
  /** @returns the exit status */
  run(call: Call): number | Promise<number>;
}

/** Options that every executable has. */
export const COMMON_OPTIONS: Option[] = [
  { name: 'root', value: 'DIR', text: 'the root of the ledger' },
  { name: 'json', text: 'print JSON' },
  { name: 'help', text: 'show this help' },
  { name: 'version', text: 'show the version' },
];
