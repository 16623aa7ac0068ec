/**
 * A request is a call of an executable: everything that the executable would have found in its process. Its frame
 * has a head, `1 <streams that are terminals, of "iom", or -> <columns> <1 with standard input, else 0> <variables>`,
 * then the working directory, the executable's name, standard input when there is one, the variables as
 * `NAME=value`, and the arguments.
 *
 * A reply has the exit status, then what was printed in its order: `1…` to standard output, `2…` to standard error.
 * An empty frame means that the request is still being worked on. A status `-` means that the call is not served
 * here: nothing was done, and the executable should do it.
 */
import { Failure } from '../failure.js';
import { fieldsOf, frameOf } from './frame.js';

export interface Request {
  name: string;
  argv: string[];
  cwd: string;
  environment: Record<string, string | undefined>;
  /** Of `i`, `o`, `m`: input, output, messages. */
  terminals: string;
  columns: number;
  /** What is on standard input; undefined when the caller has kept it. */
  input: Buffer | undefined;
}

export interface Print {
  stream: 'output' | 'messages';
  bytes: Uint8Array;
}

export interface Reply {
  /** Undefined: not served here. */
  status: number | undefined;
  prints: Print[];
}

export const NOT_SERVED: Reply = { status: undefined, prints: [] };

/** Tells a waiting client that its request has been heard. */
export const STILL_WORKING = frameOf([]);

const HEAD = /^1 (-|[iom]{1,3}) (\d{1,4}) ([01]) (\d{1,4})$/;

export function encodeRequest({ name, argv, cwd, environment, terminals, columns, input }: Request): Buffer {
  const variables = Object.entries(environment).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${value}`],
  );
  const head = `1 ${terminals || '-'} ${columns} ${input ? 1 : 0} ${variables.length}`;
  return frameOf([head, cwd, name, ...(input ? [input] : []), ...variables, ...argv]);
}

/** @throws Failure `data` for what is no request */
export function decodeRequest(frame: Buffer): Request {
  const fields = fieldsOf(frame);
  const head = HEAD.exec(fields[0]?.toString('latin1') ?? '');
  if (head === null) throw new Failure('data', 'this is no request of version 1');
  const [, terminals, columns, hasInput, count] = head as unknown as [string, string, string, string, string];
  const variables = hasInput === '1' ? 4 : 3;
  const args = variables + Number(count);
  if (fields.length < args) throw new Failure('data', 'the request has fewer fields than it says');
  const environment: Record<string, string> = Object.create(null);
  for (let index = variables; index < args; index++) {
    const text = fields[index]!.toString();
    const equals = text.indexOf('=');
    if (equals > 0) environment[text.slice(0, equals)] = text.slice(equals + 1);
  }
  return {
    name: fields[2]!.toString('latin1'),
    argv: fields.slice(args).map(field => field.toString()),
    cwd: fields[1]!.toString(),
    environment,
    terminals: terminals === '-' ? '' : terminals,
    columns: Number(columns),
    input: hasInput === '1' ? fields[3] : undefined,
  };
}

/** Most calls say nothing and succeed. */
const SILENT_SUCCESS = frameOf(['0']);

export function encodeReply({ status, prints }: Reply): Buffer {
  if (status === 0 && prints.length === 0) return SILENT_SUCCESS;
  const fields = prints.map(({ stream, bytes }) =>
    Buffer.concat([Buffer.from(stream === 'output' ? '1' : '2'), bytes]),
  );
  return frameOf([status === undefined ? '-' : String(status), ...fields]);
}

/** @returns undefined for word that the request is being worked on. @throws Failure `data` for what is no reply */
export function decodeReply(frame: Buffer): Reply | undefined {
  const [status, ...prints] = fieldsOf(frame);
  if (status === undefined) return undefined;
  const text = status.toString('latin1');
  if (!/^(?:-|\d{1,3})$/.test(text)) throw new Failure('data', 'this is no reply');
  return {
    status: text === '-' ? undefined : Number(text),
    prints: prints.map(field => ({
      stream: field[0] === 0x31 ? 'output' : 'messages',
      bytes: field.subarray(1),
    })),
  };
}
