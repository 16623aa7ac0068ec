import { Failure } from '../../failure.js';
import { recordEvent } from '../../journal/record.js';
import type { Appended, Draft } from '../../ledger/append.js';
import { agentName, canonicalTaskId, eventId, shorten } from '../../record/ids.js';
import { parseJsonObject } from '../../record/json.js';
import type { Call, Command } from '../command.js';
import { openContext } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { readInput } from '../input.js';
import { sessionFor } from '../session.js';
import { runBatch } from '../write-batch.late.js';

export const ledgerWrite: Command = {
  name: 'ledger-write',
  purpose: 'append events to the ledger of an agent',
  synopsis: ['<agent> <event> <task_id> <source> <summary> [data_json]', '<agent> --stdin'],
  operands: [
    { name: 'agent', complete: 'agent' },
    { name: 'event', complete: 'event' },
    { name: 'task id', complete: 'task' },
    { name: 'source' },
    { name: 'summary' },
    { name: 'data' },
  ],
  options: [
    {
      name: 'data-file',
      value: 'FILE',
      text: 'read data from FILE, or from standard input for -',
      complete: 'file',
    },
    { name: 'stdin', text: 'read events from standard input, one JSON object a line' },
    { name: 'import', text: 'with --stdin: keep each ts and file the event by its date' },
    { name: 'session', value: 'ID', text: 'the session it belongs to', complete: 'session' },
    { name: 'parent', value: 'ID', text: 'the event it belongs to' },
    { name: 'idempotency-key', value: 'KEY', text: 'write once: the same key again returns the first event' },
    { name: 'id', value: 'UUID', text: 'the id it gets; where an event has it already, that is the event' },
    { name: 'status', text: 'also update agents/<agent>/status.json' },
  ],
  outlivesReader: true,
  run(call) {
    const { args, io } = call;
    if (args.isSet('stdin')) {
      if (args.isSet('id')) throw new Failure('usage', '--id names one event, and goes without --stdin');
      return runBatch(call);
    }
    if (args.isSet('import')) throw new Failure('usage', '--import goes with --stdin');
    const { file, data } = dataFrom(call);
    if (file === undefined) return write(call, data);
    return readInput(file, io).then(text => write(call, text));
  },
};

/** Where the data is, and that there is not too much of anything. */
function dataFrom({ args }: Call): { file?: string | undefined; data?: string | undefined } {
  const [, , , , summary, data, ...extra] = args.positionals;
  if (args.positionals.length < 4) {
    throw new Failure('usage', 'an event needs an agent, an event, a task id, a source and a summary');
  }
  if (summary === undefined) throw new Failure('usage', 'the summary is missing');
  if (extra.length > 0)
    throw new Failure(
      'usage',
      `too many arguments ("${shorten(extra[0]!)}"); quote the summary and the data`,
    );
  const file = args.value('data-file');
  if (file !== undefined && data !== undefined)
    throw new Failure('usage', 'give data or --data-file, not both');
  return { file, data };
}

function write(call: Call, data: string | undefined): number | Promise<number> {
  const { args, io } = call;
  const { agent, draft } = draftFrom(call, data);
  const context = openContext(call);
  const options = { ...context.dayOptions, updatesStatus: args.isSet('status') };
  const tell = ({ line }: Appended): number => {
    if (args.isSet('json')) io.print(`${line}\n`);
    return EXIT.done;
  };
  const workspace = context.openForWriting();
  if (io.warm === undefined) return tell(recordEvent(workspace, agent, draft, options));
  return io.warm.recordEvent(workspace, agent, draft, options).then(tell);
}

function draftFrom({ args, io }: Call, data: string | undefined): { agent: string; draft: Draft } {
  const [agent, event, taskId, source, summary] = args.positionals as [
    string,
    string,
    string,
    string,
    string,
  ];
  const name = agentName(agent);
  const id = args.value('id');
  const draft: Draft = {
    event,
    task_id: canonicalTaskId(taskId),
    source,
    summary,
    data: parseJsonObject(data || '{}', 'data'),
    session_id: sessionFor(name, args.value('session'), io.environment.LEDGER_SESSION_ID),
    parent_id: args.value('parent'),
    idempotency_key: args.value('idempotency-key'),
    id: id === undefined ? undefined : eventId(id),
  };
  return { agent: name, draft };
}
