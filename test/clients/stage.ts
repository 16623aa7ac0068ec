/** A home, a project with a root in it, and the clients' configuration with every hook of ours. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerEvent } from '../../tools/lib/record/event.js';
import { CHECKOUT } from '../house/source.js';
import { eventsIn } from '../support/deliver.js';
import { makeRepository } from '../support/git.js';
import { temporaryDirectory } from '../support/workspace.js';

const CLAUDE_EVENTS = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
].concat(['Stop', 'StopFailure', 'SubagentStart', 'SubagentStop', 'Notification', 'SessionEnd']);
const CODEX_EVENTS = ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'Stop'].concat([
  'Interrupt',
  'SessionEnd',
  'PreCompact',
  'PostCompact',
  'SubagentStart',
  'SubagentStop',
]);

export interface Stage {
  project: string;
  environment: Record<string, string>;
  events(agent: string): LedgerEvent[];
}

/** @param hasHooks false: the clients as they are without us */
export function makeStage(modelUrl: string, hasHooks = true): Stage {
  const directory = temporaryDirectory();
  const project = makeRepository(join(directory, 'project'));
  mkdirSync(join(project, 'g/ledger'), { recursive: true });
  const home = join(directory, 'home');
  mkdirSync(join(home, '.codex'), { recursive: true });
  mkdirSync(join(home, '.claude'));
  writeFileSync(join(home, '.codex/config.toml'), codexConfig(modelUrl, hasHooks));
  writeFileSync(join(home, '.claude/settings.json'), JSON.stringify(hasHooks ? claudeSettings() : {}));
  return {
    project,
    environment: {
      PATH: `${join(CHECKOUT, 'dist/path')}:${process.env.PATH}`,
      ...{ HOME: home, TZ: 'UTC', IS_SANDBOX: '1', STUB_KEY: 'none' },
      ...{ ANTHROPIC_BASE_URL: modelUrl, ANTHROPIC_API_KEY: 'none' },
      ...{ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1' },
    },
    events: agent => eventsIn(project, agent),
  };
}

function claudeSettings(): object {
  const hook = { type: 'command', command: 'cls-hook', args: [], timeout: 5 };
  return { hooks: Object.fromEntries(CLAUDE_EVENTS.map(event => [event, [{ hooks: [hook] }]])) };
}

function codexConfig(modelUrl: string, hasHooks: boolean): string {
  const hook = `hooks = [{ type = "command", command = "andy-hook", timeout = 5 }]`;
  return [
    ...['model = "stub-model"', 'model_provider = "stub"', ...(hasHooks ? ['notify = ["andy-hook"]'] : [])],
    ...['[model_providers.stub]', 'name = "stub"', `base_url = "${modelUrl}/v1"`],
    ...[
      'wire_api = "responses"',
      'env_key = "STUB_KEY"',
      'request_max_retries = 0',
      'stream_max_retries = 0',
    ],
    ...(hasHooks ? CODEX_EVENTS.flatMap(event => [`[[hooks.${event}]]`, hook]) : []),
  ].join('\n');
}

export interface Done {
  status: number | null;
  signal: NodeJS.Signals | null;
  output: string;
  durationMs: number;
}

/** Runs a command in the project; `onOutput` sees what it prints as it comes. */
export function play(
  { project, environment }: Stage,
  [file, ...args]: [string, ...string[]],
  onOutput: (output: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
): Promise<Done> {
  const startMs = performance.now();
  const child = spawn(file, args, { cwd: project, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stderr.resume();
  child.stdout.on('data', chunk => {
    output += chunk;
    onOutput(output, signal => child.kill(signal));
  });
  return new Promise(resolve => {
    child.on('close', (status, signal) => {
      resolve({ status, signal, output, durationMs: performance.now() - startMs });
    });
  });
}
