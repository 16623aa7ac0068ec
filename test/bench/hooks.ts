/** What a hook call costs, beyond starting Node. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pairedRatio, runProgram } from './pairs.js';
import type { BenchRow } from './row.js';
import { withScratch } from './scratch.js';

const PAYLOADS = join(import.meta.dirname, '../fixtures/payloads');
const WORDS = 'Make the import idempotent and say which files it leaves alone. '.repeat(64).slice(0, 4096);
const TURNS = 60;

type Changes = (turn: number) => Record<string, unknown>;

/** `cls-hook` with a recorded payload of Claude Code, against a Node script that does nothing. */
function call(name: string, changes: Changes = () => ({})): BenchRow['measure'] {
  const recorded = JSON.parse(readFileSync(join(PAYLOADS, `claude-${name}.json`), 'utf8'));
  return () =>
    withScratch(({ root, env, ours, script }) => {
      const empty = script('empty.cjs', '');
      const hook = ours('cls-hook');
      const input = (turn: number): string => JSON.stringify({ ...recorded, ...changes(turn) });
      // The code cache learns from the first calls.
      for (let turn = -20; turn < -10; turn++) runProgram(hook, { cwd: root, env, input: input(turn) });
      const ratio = pairedRatio(
        turn => runProgram(hook, { cwd: root, env, input: input(turn) }),
        turn => runProgram(empty, { cwd: root, env, input: input(turn) }),
        TURNS,
      );
      return { ratio };
    });
}

/** A session of its own for each call, so that each prompt begins a turn and ends none. */
const ownSession: Changes = turn => {
  const number = String(turn + 1000).padStart(12, '0');
  // As Claude Code names sessions: other names look as if they might be a token.
  return { session_id: `47566f45-ced6-40a6-8941-${number}`, prompt_id: `p-${turn}` };
};

export const rows: BenchRow[] = [
  {
    name: '`cls-hook`, a step that leaves no event / an empty Node process',
    limit: 1.15,
    measure: call('PreToolUse'),
  },
  {
    name: '`cls-hook`, an event without text / an empty Node process',
    limit: 1.15,
    measure: call('SessionEnd', () => ({ hook_event_name: 'SubagentStop' })),
  },
  {
    name: '`cls-hook`, a prompt of 4 KB / an empty Node process',
    limit: 1.35,
    measure: call('UserPromptSubmit', turn => ({ ...ownSession(turn), prompt: WORDS })),
  },
];
