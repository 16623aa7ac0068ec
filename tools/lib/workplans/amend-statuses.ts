import { amendFile, readForeign } from '../disk/amend.js';
import { Failure } from '../failure.js';
import { attempt, MODES } from './commit-files.js';
import { editStatuses } from './edit-status.js';
import type { FileChanges } from './write-back.js';
import { loadYaml } from './yaml.js';

/** Writes statuses back where no repository keeps the files. @returns why files were left out, by their path */
export async function amendStatuses(files: FileChanges[]): Promise<Map<string, Failure>> {
  const readYaml = await loadYaml();
  const leftOut = new Map<string, Failure>();
  for (const { path, changes } of files) {
    const outcome = await attempt(() => {
      const file = readForeign(path);
      amendFile(file, editStatuses(file.bytes ?? Buffer.alloc(0), changes, readYaml).bytes, MODES);
    });
    if (outcome instanceof Failure) leftOut.set(path, outcome);
  }
  return leftOut;
}
