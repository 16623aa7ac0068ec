import { join } from 'node:path';
import { shellWord } from '../quote.js';
import { fileStore, OWN_MARK, ownFile } from '../target.js';
import type { Client, Context } from './client.js';
import { heartbeatWords, INTERVAL_S, timerName } from './heartbeat.js';

/** launchd: one agent's property list in ~/Library/LaunchAgents. */
export const launchd: Client = {
  name: 'launchd',
  title: 'launchd',
  executable: 'status-update',
  scopes: ['user'],
  targets: context => [ownFile(fileStore(plistPath(context), 'user'), plistText(context))],
  notes: context => [`start it: launchctl bootstrap "gui/$(id -u)" ${shellWord(plistPath(context))}`],
  partingNotes: context => [`stop it first: launchctl bootout "gui/$(id -u)/${label(context)}"`],
};

function label(context: Context): string {
  return `agent-ledger.heartbeat.${timerName(context)}`;
}

function plistPath(context: Context): string {
  return join(context.home, 'Library/LaunchAgents', `${label(context)}.plist`);
}

function plistText(context: Context): string {
  const words = heartbeatWords(context).map(word => `    <string>${xmlText(word)}</string>`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- ${OWN_MARK} -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${xmlText(label(context))}</string>
  <key>ProgramArguments</key>
  <array>
${words.join('\n')}
  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>StartInterval</key>
  <integer>${INTERVAL_S}</integer>
</dict>
</plist>
`;
}

export function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
