/**
 * The completion of an executable, for zsh: one `#compdef` file made from what its Command says. The functions it
 * calls are in `tools/zsh/functions/`; values come from the real root at the moment of completion.
 */
import {
  COMMON_OPTIONS,
  type Command,
  type Completion,
  type Operand,
  type Option,
} from '../lib/cli/command.js';

/** Options after which nothing else matters. */
const ALONE = new Set(['help', 'version']);

/**
 * The text of `_<name>`.
 * @param scripts older names of the executable
 * @throws Error when an operand cannot be completed as declared
 */
export function completionText(command: Command, scripts: readonly string[] = []): string {
  const specs = [
    ...[...command.options, ...COMMON_OPTIONS].map(optionSpec),
    ...command.operands.map((operand, index) => operandSpec(command, operand, index)),
  ];
  return [
    `#compdef ${[command.name, ...scripts].join(' ')}`,
    `# Made from the options and operands of ${command.name} when agent-ledger is built.`,
    ['_agent_ledger_arguments', ...specs.map(spec => `  '${spec.replaceAll("'", "'\\''")}'`)].join(' \\\n'),
    '',
  ].join('\n');
}

function optionSpec({ name, value, text, complete }: Option): string {
  const option = `${ALONE.has(name) ? '(- *)' : ''}--${name}`;
  const explained = `[${text.replace(/[\\[\]:]/g, '\\$&')}]`;
  return value === undefined
    ? `${option}${explained}`
    : `${option}=${explained}:${message(value)}:${action(complete)}`;
}

function operandSpec(command: Command, operand: Operand, index: number): string {
  const { name, complete, isRepeated } = operand;
  const takesRest = isRepeated === true || complete === 'command';
  if (takesRest && index !== command.operands.length - 1) {
    throw new Error(`${command.name}: only the last operand can take the rest, not "${name}"`);
  }
  const place = complete === 'command' ? '*:::' : takesRest ? '*:' : `${index + 1}:`;
  return `${place}${message(name)}:${operandAction(operand)}`;
}

function operandAction({ name, complete, orComplete }: Operand): string {
  if (orComplete === undefined) return action(complete);
  const either = (what: string, of: Operand['complete']): string => `"${what}:${what}:${action(of)}"`;
  return ` _alternative ${either(message(name), complete)} ${either(orComplete, orComplete)}`;
}

function message(text: string): string {
  return text.replace(/[\\:]/g, '\\$&');
}

function action(complete: Completion | readonly string[] | undefined): string {
  if (complete === undefined) return ' ';
  if (typeof complete !== 'string') return `(${complete.map(fixedValue).join(' ')})`;
  switch (complete) {
    case 'file':
      return '_files';
    case 'directory':
      return '_files -/';
    case 'command':
      return ' _normal';
    default:
      return `_agent_ledger_values ${complete}`;
  }
}

/** zsh reads a list as code, so its members are plain. */
function fixedValue(value: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(value)) return value;
  throw new Error(`"${value}" cannot be completed: only letters, digits and . _ - are`);
}
