/** What starts the daemon with the person's session: a unit for systemd, a property list for launchd. */
import { xmlText } from '../setup/clients/launchd.js';
import { unitWord } from '../setup/clients/systemd.js';

/** Set by both: a supervisor starts the successor, and the daemon does not end for want of work. */
const SUPERVISED = { LEDGERD_SUPERVISED: '1', LEDGER_DAEMON_IDLE_TIMEOUT_S: '0' };

/** @param command what runs the daemon in the foreground */
export function systemdUnit(root: string, command: string[]): string {
  const variables = Object.entries(SUPERVISED).map(([name, value]) => `Environment=${name}=${value}\n`);
  return `[Unit]
Description=ledgerd for ${root.replaceAll('%', '%%')}

[Service]
ExecStart=${command.map(unitWord).join(' ')}
${variables.join('')}Restart=on-failure
RestartSec=1

[Install]
WantedBy=default.target
`;
}

/** @param label names it, e.g. `agent-ledger.ledgerd.3f2a91c0` */
export function launchdUnit(label: string, command: string[]): string {
  const strings = command.map(word => `    <string>${xmlText(word)}</string>\n`);
  const variables = Object.entries(SUPERVISED).map(
    ([name, value]) => `    <key>${name}</key>\n    <string>${value}</string>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${xmlText(label)}</string>
  <key>ProgramArguments</key>
  <array>
${strings.join('')}  </array>
  <key>EnvironmentVariables</key>
  <dict>
${variables.join('')}  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
</dict>
</plist>
`;
}
