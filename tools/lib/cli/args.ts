/**
 * Arguments are data. Before the first positional an unknown option is an error; after it, whatever is not a
 * known long option is a value, also when it begins with `-`. `--` ends the options. `--name value` takes the
 * next argument whatever it is.
 */
import { Failure } from '../failure.js';
import { shorten } from '../record/ids.js';
import { COMMON_OPTIONS, type Command, type Option, type Parsed } from './command.js';

/** @throws Failure `usage` */
export function parseArgs(command: Pick<Command, 'options'>, argv: string[]): Parsed {
  const options = [...command.options, ...COMMON_OPTIONS];
  const given = new Map<string, string[]>();
  const positionals: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index]!;
    if (argument === '--') {
      positionals.push(...argv.slice(index + 1));
      break;
    }
    const option = optionNamed(options, argument);
    if (option === undefined) {
      if (positionals.length === 0 && argument.length > 1 && argument.startsWith('-'))
        throw unknownOption(argument);
      positionals.push(argument);
      continue;
    }
    const values = given.get(option.name) ?? [];
    given.set(option.name, values);
    if (option.value !== undefined) values.push(attachedValue(argument) ?? next(option, argv[++index]));
    else if (argument.includes('=')) throw new Failure('usage', `--${option.name} takes no value`);
  }
  const values = (name: string): string[] => given.get(name) ?? [];
  return { positionals, value: name => values(name).at(-1), values, isSet: name => given.has(name) };
}

function optionNamed(options: Option[], argument: string): Option | undefined {
  if (!argument.startsWith('--')) return undefined;
  const [name] = argument.slice(2).split('=', 1);
  return options.find(option => option.name === name);
}

/** Of `--name=value`. */
function attachedValue(argument: string): string | undefined {
  const equals = argument.indexOf('=');
  return equals === -1 ? undefined : argument.slice(equals + 1);
}

function next({ name, value }: Option, argument: string | undefined): string {
  if (argument === undefined) throw new Failure('usage', `--${name} needs a value: ${value}`);
  return argument;
}

function unknownOption(argument: string): Failure {
  return new Failure('usage', `unknown option "${shorten(argument)}"; see --help, or put -- before a value`);
}
