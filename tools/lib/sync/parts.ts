/**
 * What the ledger branch carries falls into parts: events, statuses, summaries, claims. Each part knows its own paths,
 * checks and takes over what others changed there, and says what of ours is to be sent. One commit carries what all parts
 * propose on the same tip; one arrival is handed to all of them before the tip counts as accepted. Both may happen
 * again after a crash: to arrive twice, or to propose what is on the branch already, changes nothing.
 */
import type { FileChange, TreeReader } from '../git/build-commit.js';
import type { Blob, TreeChange } from '../git/tree.js';
import type { BranchAccess } from './advance.js';

/** What changed on the branch between two tips, as far as one part owns it. */
export interface Arrival {
  /** The tip accepted before; undefined: none. */
  from: string | undefined;
  to: string;
  /** Sorted by path. */
  changes: TreeChange[];
  /** The contents of objects, one after another; `content` is undefined for one that is longer than allowed. */
  read(ids: string[], longestBytes: number): AsyncGenerator<Blob>;
}

/** What is to be changed on the branch. */
export interface Proposal {
  changes: FileChange[];
  /** Phrases for the commit's message, e.g. `12 events of cls`. */
  says: string[];
  /** How many events of ours are among it. */
  events?: number;
  /** There is more than one commit should carry: propose again once this has landed. */
  hasMore?: boolean;
  /** Called once a commit with these changes is on the branch. */
  landed(): void;
}

/** How a part looks at the branch on its own. */
export interface Look {
  branch: BranchAccess;
  /** The accepted tip. */
  tip: { read(): string | undefined; write(tip: string | undefined): void };
  /** Checks and takes over what arrived. @throws Failure `rewound` */
  arrive(from: string | undefined, to: string | undefined): Promise<void>;
}

export interface Part {
  /** Settles what a call that was cut off left open, before anything is sent. @throws Failure `offline`, `rewound` */
  settle?(look: Look): Promise<void>;
  /** Whether a path of the branch, known to be one of ours, belongs to this part. */
  owns(path: BranchPath): boolean;
  /** Checks what arrived and takes it over. What is refused is reported and stops nothing else. */
  arrive(arrival: Arrival): Promise<void>;
  /** What of ours is not on this tip; undefined: nothing. */
  propose(tree: TreeReader, tip: string | undefined): Promise<Proposal | undefined>;
  /**
   * For a branch that was rewound: what the present tip lacks of what is known here, ours and that of others.
   * @param lost what differs between the tip that was lost and the present one: `before` is what we knew
   */
  restore(tree: TreeReader, lost: Arrival): Promise<Proposal | undefined>;
}

/** What lies at a path of the branch. `writer` is who alone writes it; a claim has none. */
export type BranchPath =
  | { kind: 'events'; agent: string; day: string; writer: string; segment: number }
  | { kind: 'status'; agent: string; writer: string }
  | { kind: 'summary'; agent: string; session: string; writer: string }
  | { kind: 'claim'; key: string; writer: undefined }
  | { kind: 'beats'; writer: string }
  | { kind: 'claim-log'; day: string; writer: string; segment: number };
