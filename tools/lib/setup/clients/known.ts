import { claude } from './claude.js';
import type { Client } from './client.js';
import { codex } from './codex.js';
import { copilot } from './copilot.js';
import { cron } from './cron.js';
import { cursor } from './cursor.js';
import { gemini } from './gemini.js';
import { launchd } from './launchd.js';
import { opencode } from './opencode.js';
import { systemd } from './systemd.js';

/** Whom `--client` can name. */
export const CLIENTS: readonly Client[] = [
  ...[claude, codex, cursor, gemini, copilot, opencode],
  ...[cron, launchd, systemd],
];
