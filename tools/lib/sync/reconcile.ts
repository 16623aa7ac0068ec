/**
 * Holding everything that is on the branch against everything that is here: copies of other writers that are missing or damaged are
 * made again, events of ours that the branch has and the end of our day file lacks are brought back, and whatever of ours the
 * branch lacks is sent. It reads all files, old ones too.
 */
import { closeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { appendBytes, closeFile, openForAppend } from '../disk/append.js';
import { makeDirectory } from '../disk/directory.js';
import { chunksOf, openForReading, readAtMost } from '../disk/read.js';
import { createFile, renameFile, replaceFile } from '../disk/replace.js';
import { listTree, readBlobs, type TreeFile } from '../git/tree.js';
import { dayFilePath, ledgerDirectory } from '../ledger/day-file.js';
import { readHead } from '../ledger/head.js';
import { uuidV7 } from '../record/ids.js';
import { withAgentLock } from '../root/workspace.js';
import { sha256Hex } from '../sha256.js';
import type { Exchange } from './arrive.js';
import { ChainCheck, type CheckedLine, checkedLines, type Whose } from './event-lines.js';
import type { BranchPath } from './parts.js';
import { eventsBase, parseBranchPath } from './paths.js';
import { readRefused } from './refused.js';
import { LONGEST_SEGMENT_BYTES } from './segments.js';

export interface Reconciled {
  /** Copies that were made again. */
  copies: number;
  /** Events of ours that were brought back. */
  restored: number;
}

type Placed<K extends BranchPath['kind']> = TreeFile & { at: Extract<BranchPath, { kind: K }> };

const LONGEST_COPY_BYTES = 1024 * 1024;

/** The branch was just exchanged with: its tip is the accepted one. */
export async function reconcileFiles(exchange: Exchange): Promise<Reconciled> {
  const { branch, state, context } = exchange;
  const { writer } = context.workspace;
  if (state.ledger_head === null) return { copies: 0, restored: 0 };
  const files = (await listTree(branch.repository, state.ledger_head)).flatMap(file => {
    const at = parseBranchPath(file.path);
    return at === undefined ? [] : [{ ...file, at }];
  });
  const others = files.filter(
    ({ at }) => at.writer !== writer && ['events', 'status', 'summary'].includes(at.kind),
  );
  const ours = files.filter(
    (file): file is Placed<'events'> => file.at.kind === 'events' && file.at.writer === writer,
  );
  return { copies: await remakeCopies(exchange, others), restored: await restoreOurs(exchange, ours) };
}

async function remakeCopies({ context, branch }: Exchange, files: TreeFile[]): Promise<number> {
  const { workspace, warn } = context;
  const { root } = workspace;
  const refused = readRefused(workspace);
  const good = files.filter(({ path }) => !refused.has(path));
  let next = 0;
  let copies = 0;
  const ids = good.map(({ id }) => id);
  for await (const { content } of readBlobs(branch.repository, ids, LONGEST_COPY_BYTES)) {
    const { path } = good[next++]!;
    const target = join(root, path);
    const here = readAtMost(target, LONGEST_COPY_BYTES + 1);
    if (content === undefined || here?.equals(content)) continue;
    makeDirectory(root, dirname(target));
    if (here && !content.subarray(0, here.length).equals(here)) {
      const aside = `${target}.damaged-${uuidV7(workspace.clock.nowMs())}`;
      renameFile(target, aside);
      warn(`${path} differed from the branch and is made again; it is kept as ${aside}`);
    }
    if (here === undefined) createFile(target, content);
    else replaceFile(target, content, { isDurable: true });
    copies++;
  }
  return copies;
}

/** Day by day, the segments of a day in their order. */
async function restoreOurs(exchange: Exchange, files: Placed<'events'>[]): Promise<number> {
  const days = new Map<string, Placed<'events'>[]>();
  for (const file of files) {
    const { agent, day, writer } = file.at;
    const base = eventsBase(agent, day, writer);
    days.set(
      base,
      [...(days.get(base) ?? []), file].sort((a, b) => a.at.segment - b.at.segment),
    );
  }
  let restored = 0;
  for (const segments of days.values()) restored += await restoreDay(exchange, segments);
  return restored;
}

async function restoreDay({ branch, context }: Exchange, segments: Placed<'events'>[]): Promise<number> {
  const { workspace, warn } = context;
  const whose: Whose = segments[0]!.at;
  const sent: CheckedLine[] = [];
  const ids = segments.map(({ id }) => id);
  for await (const { content } of readBlobs(branch.repository, ids, LONGEST_SEGMENT_BYTES)) {
    for (const line of checkedLines(content ?? Buffer.alloc(0), whose))
      if (line.problem === undefined) sent.push(line);
  }
  return withAgentLock(workspace, whose.agent, () => {
    makeDirectory(workspace.root, ledgerDirectory(workspace.root, whose.agent));
    const path = dayFilePath(workspace.root, whose.agent, whose.day);
    const here = linesHere(path, whose);
    const missing = sent.filter(({ bytes }) => !here.hashes.has(sha256Hex(bytes)));
    if (missing.length === 0) return 0;
    const knownSeq = readHead(workspace, whose.agent, whose.day)?.seq ?? Infinity;
    if (!continues(sent, missing, { chain: here.chain, knownSeq })) {
      warn(`${path} differs from what is on the branch; "ledger-validate --chain" shows where`);
      return 0;
    }
    const file = openForAppend(path);
    try {
      appendBytes(file, Buffer.concat(missing.map(({ bytes }) => bytes)));
    } finally {
      closeFile(file);
    }
    warn(`brought back ${missing.length} events at the end of ${path}`);
    return missing.length;
  });
}

/**
 * Lines may go behind ours, never between them. They must continue our chain, and no further than we ever got: who writes in our
 * name on the branch gets nothing into our file.
 */
function continues(
  sent: CheckedLine[],
  missing: CheckedLine[],
  { chain, knownSeq }: { chain: ChainCheck; knownSeq: number },
): boolean {
  return missing.every((line, index) => {
    const isAtEnd = line === sent.at(index - missing.length);
    return isAtEnd && chain.step(line) === undefined && (line.event?.seq ?? 0) <= knownSeq;
  });
}

function linesHere(path: string, whose: Whose): { hashes: Set<string>; chain: ChainCheck } {
  const hashes = new Set<string>();
  const chain = new ChainCheck(whose);
  if (readAtMost(path, 1) === undefined) return { hashes, chain };
  const file = openForReading(path);
  try {
    for (const chunk of chunksOf(file, 0)) {
      for (const line of checkedLines(chunk.bytes, whose)) {
        hashes.add(sha256Hex(line.bytes));
        chain.step(line);
      }
    }
  } finally {
    closeSync(file.fd);
  }
  return { hashes, chain };
}
