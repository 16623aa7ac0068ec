import { COMMON_OPTIONS, type Command } from './command.js';

/** The text of `--help`. */
export function helpText(command: Command): string {
  const rows = [...command.options, ...COMMON_OPTIONS].map(option => [
    `--${option.name}${option.value === undefined ? '' : ` ${option.value}`}`,
    option.text,
  ]);
  const width = Math.max(...rows.map(([left]) => left!.length));
  return [
    `${command.name}: ${command.purpose}`,
    '',
    ...command.synopsis.map(
      (form, index) => `${index === 0 ? 'usage:' : '      '} ${usageLine(command, form)}`,
    ),
    '',
    ...rows.map(([left, right]) => `  ${left!.padEnd(width)}  ${right}`),
    '',
    'Exit statuses: 0 done, 1 no, 2 contention, 3 not set up, 4 not there, 6 rewound, 64 usage, 65 data, 74 disk, 75 offline, 77 unsafe.',
    '',
  ].join('\n');
}

/** One form, e.g. `ledger-status [options] [agent]`. */
export function usageLine(command: Command, form = command.synopsis[0] ?? ''): string {
  return `${command.name} [options] ${form}`.trimEnd();
}
