/**
 * Arguments are data. Before the first positional an unknown option is an error; after it, whatever is not a
 * known long option is a value, also when it begins with `-`. `--` ends the options. `--name value` takes the
 * next argument whatever it is.
 */
import minimist from 'minimist';
import { Failure } from '../failure.js';
import { shorten } from '../record/ids.js';
import { COMMON_OPTIONS, type Command, type Option, type Parsed } from './command.js';

/** @throws Failure `usage` */
export function parseArgs(command: Pick<Command, 'options'>, argv: string[]): Parsed {
  const options = new Map([...command.options, ...COMMON_OPTIONS].map(option => [option.name, option]));
  const tokens: string[] = [];
  const positionals: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index]!;
    if (argument === '--') {
      positionals.push(...argv.slice(index + 1));
      break;
    }
    const option = knownOption(options, argument);
    if (option === undefined) {
      if (positionals.length === 0 && /^-./.test(argument)) throw unknownOption(argument);
      positionals.push(argument);
    } else if (option.value === undefined || argument.includes('=')) {
      tokens.push(checked(option, argument));
    } else {
      const value = argv[++index];
      if (value === undefined) throw new Failure('usage', `--${option.name} needs a value: ${option.value}`);
      tokens.push(`--${option.name}=${value}`);
    }
  }
  return parsed(minimist(tokens, typesOf([...options.values()])), positionals);
}

function knownOption(options: Map<string, Option>, argument: string): Option | undefined {
  return argument.startsWith('--') ? options.get(argument.slice(2).split('=', 1)[0]!) : undefined;
}

function checked(option: Option, argument: string): string {
  if (option.value === undefined && argument.includes('=')) {
    throw new Failure('usage', `--${option.name} takes no value`);
  }
  return argument;
}

function unknownOption(argument: string): Failure {
  return new Failure('usage', `unknown option "${shorten(argument)}"; see --help, or put -- before a value`);
}

function typesOf(options: Option[]): { boolean: string[]; string: string[] } {
  const names = (hasValue: boolean): string[] =>
    options.filter(option => (option.value !== undefined) === hasValue).map(option => option.name);
  return { boolean: names(false), string: names(true) };
}

function parsed(flags: minimist.ParsedArgs, positionals: string[]): Parsed {
  const values = (name: string): string[] => (flags[name] === undefined ? [] : [flags[name]].flat());
  return {
    positionals,
    value: name => values(name).at(-1),
    values,
    isSet: name => flags[name] === true || typeof flags[name] === 'string' || Array.isArray(flags[name]),
  };
}
