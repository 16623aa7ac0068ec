/** Workplans: Markdown files with `type: workplan` in their frontmatter and tasks in ` ```task ` blocks. */
import { Failure } from '../failure.js';
import { validateWorkplan } from '../record/generated/validate-workplan.js';
import type { WorkplanRecord } from '../record/generated/workplan.js';
import { canonicalTaskId } from '../record/ids.js';
import { describeProblem, type SchemaProblem } from '../record/problem.js';
import { redactName } from '../redact/redact-text.js';
import { BUILT_IN } from '../redact/rules.js';
import { type Block, outlineOf, type Part } from './blocks.js';
import { type Mapping, readMapping, YamlError, type YamlReader } from './mapping.js';
import { findStatus, type StatusPlace } from './status-place.js';
import { statusNamed, type TaskStatus } from './task-status.js';

export interface WorkplanTask {
  /** Canonical. */
  id: string;
  status: TaskStatus;
  /** As it stands in the file; undefined where it has no line of its own. */
  place: StatusPlace | undefined;
  /** The word of the file, where it is another than the status. */
  synonym: string | undefined;
  priority: string | undefined;
  title: string | undefined;
  /** The heading above it. */
  heading: string | undefined;
  assignee: string | undefined;
  dependsOn: string[];
  /** Another id under which the ledger may know it. */
  hubId: string | undefined;
  /** Of its fence, from 1. */
  line: number;
}

export interface Problem {
  line: number;
  message: string;
}

export interface Workplan {
  tasks: WorkplanTask[];
  /** What cannot be read: other tasks can. */
  problems: Problem[];
}

/** @returns undefined when the file is no workplan */
export function parseWorkplan(bytes: Buffer, readYaml: YamlReader): Workplan | undefined {
  const latin1 = bytes.toString('latin1');
  const { frontmatter, blocks } = outlineOf(latin1);
  if (frontmatter === undefined) return undefined;
  const parser = new Parser(bytes, latin1, readYaml);
  const front = parser.frontmatter(frontmatter);
  if (front === undefined || front.type !== 'workplan') return parser.asUnreadable(frontmatter);
  return parser.finish(front, blocks);
}

type TaskRecord = WorkplanRecord['tasks'][number];

class Parser {
  private readonly problems: Problem[] = [];

  constructor(
    private readonly bytes: Buffer,
    private readonly latin1: string,
    private readonly readYaml: YamlReader,
  ) {}

  frontmatter(part: Part): Mapping | undefined {
    return this.mapping(part, this.textOf(part));
  }

  /** A frontmatter that cannot be read may still say that this is meant to be a workplan. */
  asUnreadable(part: Part): Workplan | undefined {
    const isMeant = /^type[ \t]*:[ \t]*["']?workplan\b/m.test(this.textOf(part));
    return isMeant && this.problems.length > 0 ? { tasks: [], problems: this.problems } : undefined;
  }

  finish(front: Mapping, blocks: Block[]): Workplan {
    this.isAdmitted({ ...front, tasks: [] }, 1);
    const tasks = blocks.flatMap(block => {
      const mapping = this.block(block);
      const isTask = mapping && this.isAdmitted({ type: 'workplan', tasks: [mapping] }, block.line);
      return isTask ? this.task(block, mapping as unknown as TaskRecord) : [];
    });
    return { tasks, problems: this.problems.sort((a, b) => a.line - b.line) };
  }

  private block(block: Block): Mapping | undefined {
    if (!block.isClosed) {
      this.problems.push({ line: block.line, message: 'the task block has no closing fence' });
      return undefined;
    }
    const text = this.textOf(block);
    return this.mapping({ ...block, line: block.line + 1 }, withoutIndent(text, block.indent));
  }

  private mapping(part: Part, text: string): Mapping | undefined {
    try {
      return readMapping(text, this.readYaml);
    } catch (error) {
      if (!(error instanceof YamlError)) throw error;
      this.problems.push({ line: part.line + error.line, message: `YAML: ${error.message}` });
      return undefined;
    }
  }

  /** Whether the schema admits a part of the workplan; notes what it finds wrong. */
  private isAdmitted(record: object, line: number): boolean {
    if (validateWorkplan(record)) return true;
    this.problems.push({ line, message: phrase((validateWorkplan.errors as SchemaProblem[])[0]!) });
    return false;
  }

  private task(block: Block, record: TaskRecord): WorkplanTask[] {
    try {
      const status = statusNamed(record.status)!;
      return [
        {
          id: taskIdOf(record.id),
          status,
          place: findStatus(this.latin1, block, record.status),
          synonym: status === record.status ? undefined : record.status,
          priority: record.priority?.toLowerCase(),
          title: record.title ?? undefined,
          heading: block.heading && this.textOf(block.heading),
          assignee: record.assignee ?? undefined,
          dependsOn: listOf(record.depends_on).map(taskIdOf),
          hubId: record.state_hub_task_id ? taskIdOf(record.state_hub_task_id) : undefined,
          line: block.line,
        },
      ];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.problems.push({ line: block.line, message: error.message });
      return [];
    }
  }

  private textOf({ start, end }: Part): string {
    return this.bytes.toString('utf8', start, end);
  }
}

/** The id as the ledger writes it: canonical, and without what is a secret by its shape. */
export function taskIdOf(text: string): string {
  return redactName(canonicalTaskId(text), BUILT_IN).text;
}

/** Lines of a fence that is indented may be indented as far. */
function withoutIndent(text: string, indent: number): string {
  return indent === 0 ? text : text.replace(new RegExp(`^ {1,${indent}}`, 'gm'), '');
}

function listOf(value: string[] | string | null | undefined): string[] {
  const items = typeof value === 'string' ? value.split(',') : (value ?? []);
  return items.map(item => item.trim()).filter(item => item !== '');
}

/** The one task that was validated needs no number. */
function phrase(problem: SchemaProblem): string {
  const instancePath = problem.instancePath.replace(/^\/tasks\/0/, '');
  const isTask = instancePath !== problem.instancePath;
  return `the ${isTask ? 'task' : 'frontmatter'}: ${describeProblem([{ ...problem, instancePath }]).trim()}`;
}
