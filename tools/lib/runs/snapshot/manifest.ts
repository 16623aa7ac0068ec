/**
 * Manifests: the files of a snapshot, one a line, sorted by path, and as the last line how many they are and the
 * id of the snapshot: `snap-` and the first 12 hex digits of SHA-256 over the JSON of `[path, mode, sha256]`, a
 * line each. No time goes into it, so equal trees have equal ids.
 */
import { linesOf, readChunks } from '../../disk/read.js';
import { parseAs } from '../../parse-as.js';
import { isSnapshotManifest } from '../../record/generated/is-snapshot-manifest.js';
import type { SnapshotLine } from '../../record/generated/snapshot-manifest.js';
import { TextHash } from '../../sha256.js';

export type ManifestFile = Required<Pick<SnapshotLine, 'path' | 'mode' | 'sha256' | 'size'>>;

/** The id of a snapshot as its files come by. */
export class SnapshotId {
  private readonly hash = new TextHash();

  add({ path, mode, sha256 }: Pick<ManifestFile, 'path' | 'mode' | 'sha256'>): void {
    this.hash.update(`[${JSON.stringify(path)},"${mode}","${sha256}"]\n`);
  }

  get value(): string {
    return `snap-${this.hash.hex().slice(0, 12)}`;
  }
}

/** The files of a manifest. @returns false at the end when it is not whole, or not the one of this snapshot */
export function* readManifest(path: string, snapshotId: string): Generator<ManifestFile, boolean> {
  const id = new SnapshotId();
  for (const chunk of readChunks(path)) {
    for (const { bytes } of linesOf(chunk)) {
      const line = parseLine(bytes);
      if (!line) return false;
      if (line.snapshot_id !== undefined) return line.snapshot_id === snapshotId && id.value === snapshotId;
      const file = line as ManifestFile;
      id.add(file);
      yield file;
    }
  }
  return false;
}

function parseLine(bytes: Buffer): SnapshotLine | undefined {
  return parseAs(bytes.toString(), (value): value is SnapshotLine => isSnapshotManifest(value));
}
