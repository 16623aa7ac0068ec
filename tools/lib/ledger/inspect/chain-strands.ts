/**
 * Putting runs in their order. Runs that link to one another by hash make a *strand*, whatever their order in
 * the file: what was only moved comes together again. The strands that lie side by side in the numbering of
 * the day, with the most lines, are the day as it was written; the others were put there later.
 */
import type { Run } from './chain-runs.js';

export interface Strand {
  /** In the order of the chain. */
  runs: [Run, ...Run[]];
  firstSeq: number;
  lastSeq: number;
  /** It holds the line that is known from elsewhere. */
  isAnchored: boolean;
}

const GAP_COST = 0.5;
const DISORDER_COST = 1;
/** All runs together get less than one line. */
const RANK_BONUS = 2 ** -13;
/** More than any number of lines. */
const ANCHOR_WEIGHT = 2 ** 40;

export const lengthOf = ({ firstSeq, lastSeq }: { firstSeq: number; lastSeq: number }): number =>
  lastSeq - firstSeq + 1;
export const firstRun = ({ runs }: Strand): Run => runs[0];
export const lastRun = ({ runs }: Strand): Run => runs.at(-1)!;

/**
 * Joins runs of one writer. Of two that follow the same line, the one that leads further is the next.
 * @param anchored the number of the line that is known from elsewhere
 */
export function joinRuns(runs: Run[], anchored: number | undefined): Strand[] {
  const isAnchored = (run: Run): boolean =>
    anchored !== undefined && run.firstNumber <= anchored && anchored <= run.lastNumber;
  const nextOf = followers(runs, run => lengthOf(run) + (isAnchored(run) ? ANCHOR_WEIGHT : 0));
  const taken = new Set(nextOf.values());
  return runs
    .filter(run => !taken.has(run))
    .map(run => {
      const joined: [Run, ...Run[]] = [run];
      for (let next = nextOf.get(run); next; next = nextOf.get(next)) joined.push(next);
      const { lastSeq } = joined.at(-1)!;
      return { runs: joined, firstSeq: run.firstSeq, lastSeq, isAnchored: joined.some(isAnchored) };
    });
}

/** For each run the one that links to its end; each is given to one run only. */
function followers(runs: Run[], weigh: (run: Run) => number): Map<Run, Run> {
  const keyOf = (seq: number, prev: string): string => `${seq} ${prev}`;
  const best = new Map<string, { run: Run; weight: number }>();
  const nextOf = new Map<Run, Run>();
  const given = new Set<Run>();
  for (const run of [...runs].sort((a, b) => b.firstSeq - a.firstSeq)) {
    const next = best.get(keyOf(run.lastSeq + 1, run.lastHash));
    if (next && !given.has(next.run)) {
      nextOf.set(run, next.run);
      given.add(next.run);
    }
    const weight = weigh(run) + (next?.weight ?? 0);
    const place = keyOf(run.firstSeq, run.firstPrev);
    if (weight >= (best.get(place)?.weight ?? 0)) best.set(place, { run, weight });
  }
  return nextOf;
}

/**
 * The strands that make up the day, in its order: those of the greatest total length, less a little for each
 * gap and for each that stands before its predecessor in the file.
 */
export function selectStrands(strands: Strand[]): Strand[] {
  const lastSeqs = new Map(strands.map(strand => [lastRun(strand).lastHash, strand.lastSeq]));
  const sorted = strands
    .filter(strand => !isMisnumbered(strand, lastSeqs))
    .sort((a, b) => a.firstSeq - b.firstSeq || firstRun(a).firstNumber - firstRun(b).firstNumber);
  const scores: { weight: number; before: number }[] = [];
  let best = -1;
  for (const [index, strand] of sorted.entries()) {
    let entry = { weight: firstRun(strand).isGenesis ? 0 : -GAP_COST, before: -1 };
    for (let before = 0; before < index; before++) {
      const earlier = sorted[before]!;
      if (earlier.lastSeq >= strand.firstSeq) continue;
      const weight = scores[before]!.weight - costOfStep(earlier, strand);
      if (weight > entry.weight) entry = { weight, before };
    }
    const own = lengthOf(strand) + (strand.isAnchored ? ANCHOR_WEIGHT : 0);
    scores.push({ weight: entry.weight + own, before: entry.before });
    if (best === -1 || scores[index]!.weight > scores[best]!.weight) best = index;
  }
  const day: Strand[] = [];
  for (let index = best; index !== -1; index = scores[index]!.before) day.unshift(sorted[index]!);
  return day;
}

function costOfStep(before: Strand, after: Strand): number {
  const gap = after.firstSeq > before.lastSeq + 1 ? GAP_COST : 0;
  return gap + (firstRun(after).firstNumber < lastRun(before).lastNumber ? DISORDER_COST : 0);
}

/** It follows a line of ours by its hash, but bears another number: its number was changed. */
function isMisnumbered(strand: Strand, lastSeqs: Map<string, number>): boolean {
  const { firstPrev, firstSeq } = firstRun(strand);
  const before = lastSeqs.get(firstPrev);
  return before !== undefined && before + 1 !== firstSeq;
}

/**
 * The runs that are not where the order of the chain wants them: the fewest lines whose return mends it. Where
 * that can be had in several ways, a run stays that has its rank.
 */
export function movedRuns(day: Strand[]): Run[] {
  const runs = day.flatMap(strand => strand.runs);
  const ranks = new Map(
    [...runs].sort((a, b) => a.firstNumber - b.firstNumber).map((run, rank) => [run, rank]),
  );
  const scores: { weight: number; before: number }[] = [];
  let best = -1;
  for (const [index, run] of runs.entries()) {
    let entry = { weight: 0, before: -1 };
    for (let before = 0; before < index; before++) {
      const { weight } = scores[before]!;
      if (runs[before]!.lastNumber < run.firstNumber && weight > entry.weight) entry = { weight, before };
    }
    const own = lengthOf(run) + (ranks.get(run) === index ? RANK_BONUS : 0);
    scores.push({ weight: entry.weight + own, before: entry.before });
    if (best === -1 || scores[index]!.weight > scores[best]!.weight) best = index;
  }
  const inPlace = new Set<Run>();
  for (let index = best; index !== -1; index = scores[index]!.before) inPlace.add(runs[index]!);
  return runs.filter(run => !inPlace.has(run));
}
