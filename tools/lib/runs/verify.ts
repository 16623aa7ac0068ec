/** Proving what a run says it did: receipts by their hashes in the log, files by their hashes in the receipts. */
import { type Artifact, artifactAt } from './artifacts.js';
import type { RunFold } from './move.js';
import { receiptProblem } from './receipt.js';
import { nameOf } from './tell.js';

export interface Proof {
  /** What was looked at: a step, or a file. */
  subject: string;
  kind: 'receipt' | 'artifact';
  /** Undefined when it is as it was. */
  problem: string | undefined;
}

/** Of a file that several steps made, the newest counts. */
export function verifyRun(run: RunFold, directory: string): Proof[] {
  const proofs: Proof[] = [];
  const made = new Map<string, Artifact & { seq: number }>();
  for (const { results } of run.steps) {
    for (const result of results.values()) {
      proofs.push({ subject: nameOf(result), kind: 'receipt', problem: receiptProblem(directory, result) });
      for (const artifact of result.artifacts) {
        if ((made.get(artifact.path)?.seq ?? 0) < result.seq)
          made.set(artifact.path, { ...artifact, seq: result.seq });
      }
    }
  }
  for (const artifact of made.values()) {
    const now = artifactAt(run.started.directory, artifact.path);
    const isSame = typeof now !== 'string' && now.sha256 === artifact.sha256;
    const problem = isSame ? undefined : typeof now === 'string' ? now : `${artifact.path} was changed since`;
    proofs.push({ subject: artifact.path, kind: 'artifact', problem });
  }
  return proofs;
}
