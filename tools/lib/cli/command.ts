/** What an executable is: a name, its arguments, and one function. */
import type { Clock } from '../clock.js';
import type { recordEvent } from '../journal/record.js';
import type { Appended } from '../ledger/append.js';
import type { IdMemory } from '../ledger/id-memory.js';
import type { Rules } from '../redact/rules.js';
import type { Context } from './context.js';

/** What a shell completes an argument with: names from the real root, or files. */
export type Completion =
  | 'agent'
  | 'event'
  | 'state'
  | 'task'
  | 'session'
  | 'run'
  | 'file'
  | 'directory'
  | 'command';

export interface Option {
  name: string;
  /** What its value is called in the help, e.g. `FILE`; absent for a flag. */
  value?: string;
  /** One line for the help and the completion. */
  text: string;
  complete?: Completion | readonly string[];
}

/** A positional argument, in its place. */
export interface Operand {
  name: string;
  complete?: Completion | readonly string[];
  /** What else may stand in its place. */
  orComplete?: Completion;
  /** The last one may be given any number of times. */
  isRepeated?: boolean;
}

/** Everything a command knows of the world outside the root. */
export interface Io {
  cwd: string;
  environment: Record<string, string | undefined>;
  clock: Clock;
  /** Standard input. */
  input(): AsyncIterable<Buffer>;
  /** Standard output: data and only data. */
  print(data: string | Uint8Array): void;
  /** Standard error, as it is. */
  printError(text: string): void;
  isTerminal(stream: 'input' | 'output' | 'messages'): boolean;
  /** Columns of the terminal. */
  width(): number;
  /** What messages hide: the built-in rules, until a command has read its configuration. */
  messageRules?: Rules;
  /** What came on standard input, where whoever serves the call has read it. */
  received?: string;
  /** What a process that serves many calls has ready for them. */
  warm?: Warm;
}

export interface Warm {
  /** Instead of `recordEvent`: the events of many calls are recorded together. */
  recordEvent(...recorded: Parameters<typeof recordEvent>): Promise<Appended>;
  ids: IdMemory;
  /** Instead of looking a context up: calls that come together share it. */
  contextOf(
    call: Call,
    root: string | undefined,
    open: (call: Call, root: string | undefined) => Context,
  ): Context;
}

export interface Parsed {
  positionals: string[];
  /** The last value of an option; undefined when it is not given. */
  value(name: string): string | undefined;
  /** All values of an option that may be repeated, in their order. */
  values(name: string): string[];
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
  /** For the completion; the synopsis says which of them are optional. */
  operands: Operand[];
  options: Option[];
  /** It records, so it goes on when nobody reads its output any more. */
  outlivesReader?: boolean;
  /** @returns the exit status */
  run(call: Call): number | Promise<number>;
}

/** Options that every executable has. */
export const COMMON_OPTIONS: Option[] = [
  { name: 'root', value: 'DIR', text: 'the root of the ledger', complete: 'directory' },
  { name: 'json', text: 'print JSON' },
  { name: 'help', text: 'show this help' },
  { name: 'version', text: 'show the version' },
];
