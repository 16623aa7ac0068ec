import { join } from 'node:path';
import { fileStore, OWN_MARK, ownFile } from '../target.js';
import type { Client, Context } from './client.js';
import { heartbeatWords, INTERVAL_S, timerName } from './heartbeat.js';

/** systemd: a timer of the person's own, and the service it starts. */
export const systemd: Client = {
  name: 'systemd',
  title: 'systemd',
  executable: 'status-update',
  scopes: ['user'],
  targets: context => [
    ownFile(fileStore(unitPath(context, 'service'), 'user'), serviceText(context)),
    ownFile(fileStore(unitPath(context, 'timer'), 'user'), timerText(context)),
  ],
  notes: context => [
    `start it: systemctl --user daemon-reload && systemctl --user enable --now ${unitName(context)}.timer`,
  ],
  partingNotes: context => [`stop it first: systemctl --user disable --now ${unitName(context)}.timer`],
};

function unitName(context: Context): string {
  return `agent-ledger-heartbeat-${timerName(context)}`;
}

function unitPath(context: Context, kind: 'service' | 'timer'): string {
  const { home, environment } = context;
  const directory = join(environment.XDG_CONFIG_HOME || join(home, '.config'), 'systemd/user');
  return join(directory, `${unitName(context)}.${kind}`);
}

function serviceText(context: Context): string {
  return `# ${OWN_MARK}
[Unit]
Description=agent-ledger heartbeat ${timerName(context)}

[Service]
Type=oneshot
ExecStart=${heartbeatWords(context).map(unitWord).join(' ')}
`;
}

function timerText(context: Context): string {
  return `# ${OWN_MARK}
[Unit]
Description=agent-ledger heartbeat ${timerName(context)}

[Timer]
OnStartupSec=1min
OnUnitActiveSec=${INTERVAL_S}s

[Install]
WantedBy=timers.target
`;
}

/** A word of a unit's command line: in double quotes when it has to be; `%` and `$` stand for themselves. */
export function unitWord(word: string): string {
  const plain = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w@%+=:,./$-]+$/.test(plain)
    ? plain
    : `"${plain.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
