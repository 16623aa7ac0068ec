import type { FailureKind } from '../failure.js';

/** The one table of exit statuses for the whole family; `docs/exit-codes.md` explains it to users. */
export const EXIT: Record<FailureKind | 'done' | 'bug', number> = {
  done: 0,
  no: 1,
  contention: 2,
  setup: 3,
  missing: 4,
  finished: 5,
  rewound: 6,
  usage: 64,
  data: 65,
  bug: 70,
  disk: 74,
  offline: 75,
  unsafe: 77,
};
