/** A work order: a file that says in its head which piece of work it is. JSON, YAML or Markdown. */
import { basename } from 'node:path';
import { text } from '../clients/payload.js';
import { readText } from '../disk/read.js';
import { Failure } from '../failure.js';
import { canonicalTaskId } from '../record/ids.js';
import { isJsonObject } from '../record/json.js';

const HEAD_CHARACTERS = 64 * 1024;
const ID =
  /^[\s>*"_-]{0,8}(?:wo|task|work[ _-]?order)?[ _-]?id[*"_]{0,4}\s{0,4}:[*"\s]{0,4}([^\s"',*]{1,200})/im;
const TITLE = /^[\s>*"_-]{0,8}(?:title|summary|name)[*"_]{0,4}\s{0,4}:[*"\s]{0,4}([^\n"]{1,400})/im;
const PRIORITY = /^[\s>*"_-]{0,8}priority[*"_]{0,4}\s{0,4}:[*"\s]{0,4}([A-Za-z]{1,20})/im;
const HEADING = /^#{1,3}\s{1,4}([^\n]{1,400})/m;

export interface WorkOrder {
  taskId: string;
  title: string;
  /** In lower case; undefined where it says none. */
  priority?: string | undefined;
}

/** @throws Failure `missing` when there is no such file */
export function readWorkOrder(path: string): WorkOrder {
  const content = readText(path);
  if (content === undefined) throw new Failure('missing', `there is no work order ${path}`);
  return parseWorkOrder(content, path);
}

/** What a work order says of itself; its file name where it says nothing. */
export function parseWorkOrder(content: string, path: string): WorkOrder {
  const head = content.slice(0, HEAD_CHARACTERS);
  const name = basename(path).replace(/\.[A-Za-z]{1,8}$/, '');
  const { id, title, priority } = fromJson(content) ?? {
    id: ID.exec(head)?.[1],
    title: TITLE.exec(head)?.[1] ?? HEADING.exec(head)?.[1],
    priority: PRIORITY.exec(head)?.[1],
  };
  return {
    taskId: canonicalTaskId(id ?? name),
    title: (title ?? name).trim(),
    priority: priority?.toLowerCase(),
  };
}

function fromJson(json: string): Record<'id' | 'title' | 'priority', string | undefined> | undefined {
  if (!json.trimStart().startsWith('{')) return undefined;
  try {
    const order: unknown = JSON.parse(json);
    if (!isJsonObject(order)) return undefined;
    const first = (keys: string[]) => keys.map(key => text(order, key)).find(Boolean);
    return {
      id: first(['id', 'wo_id', 'task_id', 'work_order_id']),
      title: first(['title', 'summary', 'name']),
      priority: first(['priority']),
    };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
