/**
 * What happened to a chain, told from its runs: which line was changed, which are missing, inserted, moved.
 *
 * Each line bears witness to the one before it, by its `prev`. Where two neighbours in the numbering do not
 * fit, one of them was changed: the earlier, if the later is itself confirmed by the line after it; else the
 * later. The last line has no witness but the anchor, the head that was noted when it was appended. A line
 * that stands where one is missing is what became of it.
 */
import { type DayLines, type Diagnosis, Inquiry } from './chain-inquiry.js';
import type { RunTracker } from './chain-runs.js';
import {
  firstRun,
  joinRuns,
  lastRun,
  lengthOf,
  movedRuns,
  type Strand,
  selectStrands,
} from './chain-strands.js';

/** The end of what is accounted for. */
interface End {
  number: number;
  seq: number;
  hash: string;
}

/** What is wrong with the chains that were followed, in the order of their lines. */
export function diagnose(tracker: RunTracker, lines: DayLines): Diagnosis[] {
  const inquiry = new Inquiry(tracker, lines);
  for (const [writer, day] of daysOfWriters(inquiry)) followDay(inquiry, writer, day);
  for (const stray of inquiry.strays) for (const run of stray.runs) inquiry.insert(run);
  for (const copies of tracker.copies) inquiry.copy(copies);
  if (tracker.brokenFrom !== undefined) {
    const message = 'too many breaks before this line; from here on the chain was not followed';
    inquiry.add(tracker.brokenFrom, 'chain-broken', message);
  }
  return inquiry.findings.sort((a, b) => a.number - b.number);
}

/** The strands of each writer's day; all others become strays. */
function daysOfWriters({ tracker, strays }: Inquiry): Map<string, Strand[]> {
  const { runs, sighting, anchor } = tracker;
  const days = new Map<string, Strand[]>();
  const hasOwner = anchor !== undefined || runs.some(run => run.isGenesis);
  for (const writer of new Set(runs.map(run => run.writer))) {
    const own = runs.filter(run => run.writer === writer);
    const foreign = own.filter(run => run.isForeign);
    const native = own.filter(run => !run.isForeign);
    const strands = joinRuns(native, writer === anchor?.writer ? sighting.intact : undefined);
    const isGuest = hasOwner && writer !== anchor?.writer && !own.some(run => run.isGenesis);
    const day = isGuest ? [] : selectStrands(strands);
    for (const strand of [...strands, ...joinRuns(foreign, undefined)]) {
      if (!day.includes(strand)) strays.add(strand);
    }
    if (day.length > 0) days.set(writer, day);
  }
  if (anchor && anchor.seq > 0 && !days.has(anchor.writer)) days.set(anchor.writer, []);
  return days;
}

function followDay(inquiry: Inquiry, writer: string, day: Strand[]): void {
  const { tracker, lines } = inquiry;
  let end: End = { number: lines.first - 1, seq: 0, hash: tracker.genesisOf(writer) };
  for (const [index, strand] of day.entries()) {
    const gap = strand.firstSeq - end.seq - 1;
    if (gap > 0) reportGap(inquiry, end, gap, firstRun(strand).firstNumber);
    else if (end.seq === 0) checkGenesis(inquiry, strand);
    else reportMisfit(inquiry, end, strand, day[index + 1]);
    end = { number: lastRun(strand).lastNumber, seq: strand.lastSeq, hash: lastRun(strand).lastHash };
  }
  if (writer === tracker.anchor?.writer) checkAnchor(inquiry, end);
  const order = day.flatMap(strand => strand.runs);
  for (const run of movedRuns(day)) inquiry.move(run, order[order.indexOf(run) - 1]);
}

function checkGenesis(inquiry: Inquiry, strand: Strand): void {
  const { isGenesis, firstNumber } = firstRun(strand);
  const message = 'was changed: it does not begin the chain of this agent, day and writer';
  if (!isGenesis) inquiry.change(firstNumber, message);
}

/** Two neighbours that do not fit. */
function reportMisfit(inquiry: Inquiry, end: End, strand: Strand, after: Strand | undefined): void {
  const { name } = inquiry.lines;
  const { intact, altered } = inquiry.tracker.sighting;
  const later = firstRun(strand).firstNumber;
  const isConfirmed = lengthOf(strand) > 1 || later === intact;
  const isRefuted = later === altered && intact === undefined;
  const isDoubted = after?.firstSeq === strand.lastSeq + 1;
  if (end.number === intact || (!isConfirmed && (isRefuted || isDoubted))) {
    inquiry.change(later, `was changed; it no longer confirms ${name(end.number)}`);
  } else if (!inquiry.isChanged(end.number)) {
    inquiry.change(end.number, `was changed: ${name(later)} records another hash of it`);
  }
}

/** Numbers are missing before a line. */
function reportGap(inquiry: Inquiry, end: End, gap: number, number: number): void {
  const missing = gap - replaceLost(inquiry, end, gap, number);
  const witness = end.number < inquiry.lines.first ? undefined : end.number;
  if (missing > 0) inquiry.miss(number, missing, witness);
}

/**
 * What stands in the place of lost lines is what became of them: strays, or as many lines without a chain as
 * are lost.
 * @param until the line before which they are lost
 * @returns how many lines are accounted for
 */
function replaceLost(inquiry: Inquiry, end: End, lost: number, until: number): number {
  let replaced = 0;
  for (const stray of inquiry.strays) {
    const { firstNumber, firstPrev } = firstRun(stray);
    const { lastNumber } = lastRun(stray);
    const isBetween = firstNumber > end.number && lastNumber < until;
    if (replaced + lengthOf(stray) > lost || !(firstPrev === end.hash || isBetween)) continue;
    inquiry.strays.delete(stray);
    replaced += lengthOf(stray);
    inquiry.replace(firstNumber, lastNumber);
  }
  if (replaced > 0 || until - end.number - 1 !== lost) return replaced;
  inquiry.replace(end.number + 1, until - 1);
  return lost;
}

/** The end of the day, held against the head. */
function checkAnchor(inquiry: Inquiry, end: End): void {
  const { tracker, lines } = inquiry;
  const { intact, altered } = tracker.sighting;
  const lost = tracker.anchor!.seq - end.seq;
  if (lost > 0) {
    const missing = lost - replaceLost(inquiry, end, lost, lines.last + 1);
    if (missing > 0) inquiry.lose(Math.max(lines.first, end.number), missing);
  } else if (intact === undefined && altered !== undefined) {
    inquiry.change(altered, 'was changed since it was appended: the head has another hash of it');
  }
}
