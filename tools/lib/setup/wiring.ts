/** How to connect a shell, cron and the coding agents to a root, in the words of this installation. */
import { pathToFileURL } from 'node:url';
import type { Installation } from './installation.js';
import { shellWord } from './quote.js';

export interface Wiring {
  /** For ~/.zshrc. */
  zsh: string;
  /** For a crontab. */
  cron: string;
  /** For Claude Code's settings.json. */
  claude: string;
  /** For Codex' config.toml. */
  codex: string;
}

/** The lines to put in place by hand. `ledger-init --client` does more, for all but zsh. */
export function wiringFor(root: string, { bin, suffix, node, package: home }: Installation): Wiring {
  const hook = (name: string): string => JSON.stringify(`${bin}/${name}${suffix}`);
  const path = [...new Set([node, '/usr/bin', '/bin'])].join(':');
  const heartbeat = `${shellWord(`${bin}/status-update${suffix}`)} cls --heartbeat --root ${shellWord(root)}`;
  return {
    zsh: `source ${shellWord(`${home}/tools/zsh/agent-ledger.plugin.zsh`)}`,
    cron: `*/5 * * * * ${cronText(`PATH=${shellWord(path)} ${heartbeat}`)}`,
    claude: `{"hooks":{"Stop":[{"hooks":[{"type":"command","command":${hook('cls-hook')},"args":[],"timeout":5}]}]}}`,
    codex: `[[hooks.Stop]]\nhooks = [{ type = "command", command = ${hook('andy-hook')}, timeout = 5 }]`,
  };
}

/** In a crontab `%` ends the command. */
function cronText(command: string): string {
  return command.replaceAll('%', '\\%');
}

/** The schema of the configuration in this installation. */
export function configSchemaUrl({ package: home }: Installation): string {
  return pathToFileURL(`${home}/schemas/v1/config.json`).href;
}

/** The text a person reads after making a root. */
export function wiringText({ zsh, cron, claude, codex }: Wiring): string {
  const indented = (text: string): string => text.replace(/^/gm, '  ');
  return [
    'zsh: add to ~/.zshrc',
    indented(zsh),
    '',
    'cron: a sign of life every five minutes; "ledger-init --client cron --yes" puts it in, or by hand',
    indented(cron),
    '',
    'Claude Code: "ledger-init --client claude --yes", or in ~/.claude/settings.json for each event',
    indented(claude),
    '',
    'Codex: "ledger-init --client codex --yes", or in ~/.codex/config.toml for each event',
    indented(codex),
    '',
  ].join('\n');
}
