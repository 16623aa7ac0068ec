/**
 * `npm start`: three agents on two machines work one plan off, with the real executables, real git and a real `kill -9`, in a
 * temporary directory that is left to look around in. What it shows it also verifies: it ends with 1 when anything is
 * not as it says.
 */
import colors from 'picocolors';
import { cutOffAndReconcile, killInTheMiddle, startAll, stopAll } from './acts.js';
import { TASKS } from './play.js';
import { showAll } from './screen.js';
import { buildStage, prepare, say, type Worker } from './stage.js';

async function play(): Promise<void> {
  const stage = buildStage();
  const workers = new Map<string, Worker>();
  process.on('SIGINT', () => {
    stage.isInterrupted = true;
  });
  try {
    say(
      `${colors.bold('agent-ledger')}: ${TASKS.length} tasks, three agents, two machines, and a bare git repository between them.\n`,
    );
    prepare(stage, TASKS);
    startAll(stage, workers);
    const takeover = await killInTheMiddle(stage, workers);
    await cutOffAndReconcile(stage);
    await stopAll(stage, workers);
    showAll(stage, takeover);
  } catch (error) {
    say(`Look around in ${stage.directory}: what the agents said is in *.log there.`);
    throw error;
  } finally {
    for (const { child } of workers.values()) child.kill('SIGTERM');
  }
}

try {
  await play();
} catch (error) {
  if (!(error instanceof Error)) throw error;
  say(`${colors.red('The demo stopped:')} ${error.message}`);
  process.exitCode = 1;
}
