/**
 * Following a chain line by line, in constant memory. A *run* is a stretch of one writer's lines each of which
 * links to the one before it: an unaltered day is a single run, and every alteration splits runs. What is kept
 * is the runs' ends, and the last lines of each writer, to tell two things at once: an exact copy of
 * an earlier line, and a line that links into the middle of its run, where another line has been put before it.
 */
import { genesisHash } from '../chain.js';

/** The chain fields of a line. */
export interface Link {
  /** Of its line, in the run over all files. */
  number: number;
  writer: string;
  seq: number;
  prev: string;
  /** Of the line itself. */
  hash: string;
  /** Its agent or day is not that of the file. */
  isForeign: boolean;
}

export interface Run {
  writer: string;
  isForeign: boolean;
  /** It begins the day of its writer. */
  isGenesis: boolean;
  firstNumber: number;
  lastNumber: number;
  firstSeq: number;
  lastSeq: number;
  firstPrev: string;
  lastHash: string;
}

/** Lines that repeat earlier ones byte for byte. */
export interface Copies {
  firstNumber: number;
  lastNumber: number;
  /** The earlier line that the first one repeats. */
  original: number;
}

/** What is known of a writer's newest line from elsewhere. */
export interface Anchor {
  writer: string;
  seq: number;
  hash: string;
}

/** Where lines of the anchor's place in the chain were met. */
export interface AnchorSighting {
  /** The line that has the anchor's hash. */
  intact?: number;
  /** A line that has its place, but not its hash. */
  altered?: number;
}

interface Recent {
  number: number;
  seq: number;
  hash: string;
}

interface WriterState {
  open: Run;
  recent: Recent[];
  /** Where the next recent line goes. */
  at: number;
}

/** What is kept across collections makes the heap grow, so these are few and written over. */
const RECENT_LINES = 128;
/** The time to tell breaks apart grows with their square. */
const MOST_RUNS = 1024;
const MOST_WRITERS = 1024;

export class RunTracker {
  readonly runs: Run[] = [];
  readonly copies: Copies[] = [];
  readonly sighting: AnchorSighting = {};
  /** The first line that was not followed, because there are too many breaks. */
  brokenFrom: number | undefined;
  private readonly writers = new Map<string, WriterState>();
  private state: WriterState | undefined;

  constructor(
    readonly agent: string,
    readonly day: string,
    readonly anchor?: Anchor,
  ) {}

  /** The `prev` of the first line of a writer's day. */
  genesisOf(writer: string): string {
    return genesisHash(this.agent, this.day, writer);
  }

  add(link: Link): void {
    if (this.brokenFrom !== undefined) return;
    this.compareWithAnchor(link);
    if (this.state?.open.writer !== link.writer) this.state = this.writers.get(link.writer);
    if (this.state === undefined) this.openWriter(link);
    else if (isNext(this.state.open, link)) extend(this.state.open, link);
    else if (this.isCopy(this.state, link)) return;
    else this.openRun(this.state, link);
    if (this.state) remember(this.state, link);
    if (this.runs.length + this.copies.length > MOST_RUNS) this.brokenFrom = link.number;
  }

  private compareWithAnchor(link: Link): void {
    const { anchor, sighting } = this;
    if (link.seq !== anchor?.seq || link.writer !== anchor.writer || link.isForeign) return;
    if (link.hash === anchor.hash) sighting.intact = link.number;
    else sighting.altered = link.number;
  }

  private openWriter(link: Link): void {
    if (this.writers.size === MOST_WRITERS) {
      this.brokenFrom = link.number;
      return;
    }
    const open = this.newRun(link);
    this.runs.push(open);
    this.state = { open, recent: [], at: 0 };
    this.writers.set(link.writer, this.state);
  }

  private isCopy({ recent }: WriterState, { hash, number }: Link): boolean {
    const original = recent.find(line => line.hash === hash)?.number;
    if (original === undefined) return false;
    const last = this.copies.at(-1);
    const isNextCopy = last?.lastNumber === number - 1;
    if (isNextCopy && last.original + (number - last.firstNumber) === original) last.lastNumber = number;
    else this.copies.push({ firstNumber: number, lastNumber: number, original });
    return true;
  }

  private openRun(state: WriterState, link: Link): void {
    const rest = splitBefore(state, link);
    if (rest) this.runs.push(rest);
    state.open = this.newRun(link);
    this.runs.push(state.open);
  }

  private newRun({ number, writer, seq, prev, hash, isForeign }: Link): Run {
    return {
      ...{ writer, isForeign, firstPrev: prev, lastHash: hash },
      ...{ firstNumber: number, lastNumber: number, firstSeq: seq, lastSeq: seq },
      isGenesis: !isForeign && seq === 1 && prev === this.genesisOf(writer),
    };
  }
}

function isNext(open: Run, link: Link): boolean {
  return link.seq === open.lastSeq + 1 && link.prev === open.lastHash && link.isForeign === open.isForeign;
}

function extend(open: Run, { number, seq, hash }: Recent): void {
  open.lastNumber = number;
  open.lastSeq = seq;
  open.lastHash = hash;
}

function remember(state: WriterState, { number, seq, hash }: Link): void {
  const oldest = state.recent[state.at];
  if (oldest === undefined) state.recent.push({ number, seq, hash });
  else {
    oldest.number = number;
    oldest.seq = seq;
    oldest.hash = hash;
  }
  state.at = (state.at + 1) % RECENT_LINES;
}

/** Cuts the open run after the line that this one links to. @returns its end, which this line competes with */
function splitBefore({ open, recent, at }: WriterState, link: Link): Run | undefined {
  const found = recent.findIndex(
    line => line.hash === link.prev && line.seq === link.seq - 1 && line.number >= open.firstNumber,
  );
  const next = recent[(found + 1) % RECENT_LINES];
  if (found === -1 || (found + 1) % RECENT_LINES === at || next === undefined) return undefined;
  const rest = {
    ...open,
    isGenesis: false,
    firstNumber: next.number,
    firstSeq: next.seq,
    firstPrev: link.prev,
  };
  extend(open, recent[found]!);
  return rest;
}
