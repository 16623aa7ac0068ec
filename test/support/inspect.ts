/** Inspecting lines as the file of one day. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Anchor } from '../../tools/lib/ledger/inspect/chain-runs.js';
import { ChainFollower } from '../../tools/lib/ledger/inspect/follow-chain.js';
import { DayInspector } from '../../tools/lib/ledger/inspect/inspector.js';
import { WriterOrder } from '../../tools/lib/ledger/inspect/writer-order.js';
import type { Finding } from '../../tools/lib/record/finding.js';
import { testClock } from './workspace.js';

export interface InspectOptions {
  agent?: string | undefined;
  day?: string | undefined;
  anchor?: Anchor | undefined;
}

/** A file that inspections are made of, and how. */
export class InspectedFile {
  private readonly path: string;

  constructor(directory: string) {
    this.path = join(directory, 'day.jsonl');
  }

  /** The findings on a file of these bytes, in their order. */
  inspect(content: string | Buffer, options: InspectOptions = {}): Finding[] {
    const { agent = 'cls', day = '2026-11-24', anchor } = options;
    writeFileSync(this.path, content);
    const findings: Finding[] = [];
    const report = (finding: Finding): number => findings.push(finding);
    const inspector = new DayInspector({ bytes: 0, clock: testClock(), report, onBytes: () => undefined });
    const chain = new ChainFollower({ agent, day }, anchor);
    inspector.inspect(
      { path: this.path, shown: 'day.jsonl', agent, day },
      { order: new WriterOrder(), chain },
    );
    chain.finish(inspector.lines, 'day.jsonl', report);
    return findings;
  }

  /** `line code` of each finding that is not merely informing. */
  told(content: string | Buffer, options: InspectOptions = {}): string[] {
    return this.inspect(content, options)
      .filter(({ code }) => code !== 'unanchored')
      .map(({ line, code }) => `${line} ${code}`);
  }
}
