/**
 * `npm start`: a short day of three agents, played with the real executables in a temporary repository that
 * has a local bare one as its remote. Each scene is a heading, a sentence, and commands anybody can repeat.
 * It ends with 1 as soon as a command does not do what the scene says. `--keep` leaves the directory there.
 */
import { parseArgs } from 'node:util';
import colors from 'picocolors';
import { scenes } from './scenes.js';
import { buildStage, clearStage, prepare, say } from './stage.js';

async function play(isKept: boolean): Promise<void> {
  const stage = buildStage();
  // The running command ends by the same signal, and the demo by its status, so that it still cleans up.
  process.on('SIGINT', () => {});
  try {
    prepare(stage, 'git init -q --bare -b main remote.git && git clone -q remote.git workspace');
    for (const [index, { title, text, play }] of scenes.entries()) {
      say(`\n${colors.green(`${index + 1}. ${title}`)}\n${colors.dim(text)}\n`);
      await play(stage);
    }
    say(
      `\n${isKept ? `All of it is kept in ${stage.directory}` : 'That was all of it; its directory is removed.'}`,
    );
  } finally {
    if (!isKept) clearStage(stage);
  }
}

const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
try {
  await play(values.keep);
} catch (error) {
  if (!(error instanceof Error)) throw error;
  say(`\n${colors.red('The demo stopped:')} ${error.message}`);
  process.exitCode = 1;
}
