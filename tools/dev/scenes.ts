/** The demo's scenes, in the order they are played. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Stage, say, show, showAtOnce } from './stage.js';

export interface Scene {
  title: string;
  /** What to look for. */
  text: string;
  play(stage: Stage): void | Promise<void>;
}

const setUp: Scene = {
  title: 'A repository becomes a root',
  text: 'Directories, a configuration, and ignore lines that keep git clean from eating the ledger.',
  play: stage => show(stage, 'ledger-init >../wiring.txt && head -n 2 ../wiring.txt'),
};

const work: Scene = {
  title: 'Three agents work at once',
  text: 'Each event is one line, locked, chained and on disk when the command returns. Silence is success.',
  async play(stage) {
    await showAtOnce(stage, [
      "ledger-write cls task_start wo-101 gg_orchestrator 'Make the import idempotent' --status",
      "ledger-write andy task_start wo-102 codex 'Speed up the search' --status",
      "ledger-write hybrid task_start wo-103 luka 'Move the nightly job' --status",
    ]);
    show(stage, `ledger-write cls error wo-101 vitest '2 tests failed' '{"error":"exit 1"}' --status`);
    await showAtOnce(stage, [
      `ledger-write cls task_result wo-101 gg_orchestrator 'The import is idempotent' '{"status":"success","duration_ms":754000}' --status`,
      `ledger-write hybrid error wo-103 cron 'No space left on the backup disk' --status`,
      'status-update andy --heartbeat',
    ]);
  },
};

const claim: Scene = {
  title: 'Two agents want one task',
  text: 'Exactly one gets it; the other is told who has it, and until when.',
  play(stage) {
    show(stage, 'ledger-claim wo-102 --agent-id andy');
    show(stage, 'ledger-claim wo-102 --agent-id hybrid', 1);
  },
};

const status: Scene = {
  title: 'Who is doing what now?',
  text: 'The status is a view of the ledger; it can be deleted and made again.',
  play: stage => show(stage, 'ledger-status'),
};

const query: Scene = {
  title: 'Who did what?',
  text: 'All agents in one order. A table on a terminal, JSON lines in a pipe.',
  play(stage) {
    show(stage, process.stdout.isTTY ? 'ledger-query --since 1h' : 'ledger-query --since 1h | cut -c1-120');
    show(stage, 'ledger-query --event error --count');
  },
};

const summary: Scene = {
  title: 'What happened in a session?',
  text: 'A Markdown page, made again at each run; what a person writes under Notes stays.',
  play(stage) {
    const session = `${firstDay(stage, 'cls')}_cls_001`;
    show(stage, `session-summary ${session}`);
    show(stage, `echo 'Ask for a bigger disk.' >>memory/cls/sessions/${session}.md`);
    show(stage, `session-summary ${session} && cat memory/cls/sessions/${session}.md`);
  },
};

const validate: Scene = {
  title: 'Is it all there, and unaltered?',
  text: 'Each line carries the hash of the one before it.',
  play: stage => show(stage, 'ledger-validate --chain && echo "exit status 0: yes"'),
};

const tamper: Scene = {
  title: 'Somebody changes the past',
  text: 'One word in one line of one file; the answer is exit status 1 and the line that was changed.',
  play(stage) {
    const path = join('g/ledger/cls', `${firstDay(stage, 'cls')}.jsonl`);
    const file = join(stage.root, path);
    const [from, to] = ['2 tests failed', 'all tests pass'];
    writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
    say(`(in ${path}, "${from}" now reads "${to}")`);
    show(stage, 'ledger-validate --chain', 1);
  },
};

/** The day the agent's ledger begins: the demo may run past midnight. */
function firstDay({ root }: Stage, agent: string): string {
  return readdirSync(join(root, 'g/ledger', agent))
    .sort()[0]!
    .slice(0, 10);
}

export const scenes: Scene[] = [setUp, work, claim, status, query, summary, validate, tamper];
