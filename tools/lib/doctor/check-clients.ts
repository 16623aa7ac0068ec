/** Whether what clients have in their configurations makes them call us. */
import { isJsonObject } from '../record/json.js';
import { isPlainJson } from '../setup/clients/claude.js';
import { shellWord } from '../setup/quote.js';
import { type Finding, finding } from './finding.js';
import type { WiredClient, World } from './world.js';

/** The command that wires a client again as it is. */
export function wireAgain({ client, context }: WiredClient): string {
  const project = context.scope === 'project' ? ` --scope project ${shellWord(context.project)}` : '';
  return `ledger-init --client ${client.name} --yes${project}`;
}

const edit = (path: string): string => `\${EDITOR:-vi} ${shellWord(path)}`;

export function checkAnyClient({ clients, home }: World): Finding[] {
  if (clients.some(({ hooks }) => hooks.length > 0)) return [];
  const message = `no agent's client below ${home} or in this project calls the ledger`;
  return [finding('no-client', message, 'ledger-init --client claude --yes')];
}

export function checkMalformed({ clients }: World): Finding[] {
  return clients.flatMap(({ path, problem, client }) =>
    problem === undefined
      ? []
      : [finding('config-malformed', `${client.title} cannot read ${path}: ${problem}`, edit(path))],
  );
}

/** Claude Code passes over a settings file that is not plain JSON without a word. */
export function checkUnread({ clients }: World): Finding[] {
  return clients.flatMap(({ client, path, text, hooks }) => {
    if (client.name !== 'claude' || hooks.length === 0 || isPlainJson(text)) return [];
    const message = `Claude Code ignores ${path}, because it has comments or trailing commas`;
    return [finding('config-ignored', message, edit(path))];
  });
}

export function checkMissing({ clients }: World): Finding[] {
  return clients.flatMap(wired => {
    if (wired.missing.length === 0) return [];
    const { client, path, missing } = wired;
    const message = `${client.title} does not report ${missing.join(', ')} (${path})`;
    return [finding('hook-missing', message, wireAgain(wired))];
  });
}

/** Switches that turn all hooks of a client off. */
export function checkOff({ clients }: World): Finding[] {
  return clients.flatMap(({ client, path, value, hooks }) => {
    const key = hooks.length > 0 && value !== undefined ? offSwitch(client.name, value) : undefined;
    if (key === undefined) return [];
    return [finding('hook-off', `${client.title} runs no hooks: ${key} in ${path}`, edit(path))];
  });
}

function offSwitch(client: string, value: Record<string, unknown>): string | undefined {
  const { disableAllHooks, features, hooksConfig } = value;
  if (client === 'claude' && disableAllHooks === true) return '"disableAllHooks" is true';
  if (client === 'codex' && isJsonObject(features)) {
    if (features.hooks === false || features.codex_hooks === false) return 'features.hooks is false';
  }
  if (client === 'gemini' && isJsonObject(hooksConfig)) {
    if (hooksConfig.enabled === false) return '"hooksConfig.enabled" is false';
    const { disabled } = hooksConfig;
    if (Array.isArray(disabled) && disabled.includes('agent-ledger'))
      return '"hooksConfig.disabled" names ours';
  }
  return undefined;
}

export function checkSwitchedOff({ environment }: World): Finding[] {
  const names = ['LEDGER_DISABLE', 'HYBRID_LEDGER_DISABLE'].filter(
    name => environment[name] !== undefined && environment[name] !== '' && environment[name] !== '0',
  );
  return names.map(name =>
    finding('switched-off', `${name} is set here, so hooks record nothing`, `unset ${name}`),
  );
}
