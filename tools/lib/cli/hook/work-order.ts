/** A work order: a file that says in its head which piece of work it is. JSON, YAML or Markdown. */
import { basename } from 'node:path';
import { captured } from '../../clients/captured.js';
import { readText } from '../../disk/read.js';
import { Failure } from '../../failure.js';
import { canonicalTaskId } from '../../record/ids.js';

const HEAD_CHARACTERS = 64 * 1024;
const ID =
  /^[\s>*"_-]{0,8}(?:wo|task|work[ _-]?order)?[ _-]?id[*"_]{0,4}\s{0,4}:[*"\s]{0,4}([^\s"',*]{1,200})/im;
const TITLE = /^[\s>*"_-]{0,8}(?:title|summary|name)[*"_]{0,4}\s{0,4}:[*"\s]{0,4}([^\n"]{1,400})/im;
const HEADING = /^#{1,3}\s{1,4}([^\n]{1,400})/m;

export interface WorkOrder {
  taskId: string;
  title: string;
}

/** @throws Failure `missing` when there is no such file */
export function readWorkOrder(path: string): WorkOrder {
  const text = readText(path);
  if (text === undefined) throw new Failure('missing', `there is no work order ${path}`);
  return parseWorkOrder(text, path);
}

/** What a work order says of itself; its file name where it says nothing. */
export function parseWorkOrder(text: string, path: string): WorkOrder {
  const head = text.slice(0, HEAD_CHARACTERS);
  const name = basename(path).replace(/\.[A-Za-z]{1,8}$/, '');
  const title = TITLE.exec(head)?.[1] ?? HEADING.exec(head)?.[1] ?? name;
  return { taskId: canonicalTaskId(ID.exec(head)?.[1] ?? name), title: captured(title.trim()) };
}
