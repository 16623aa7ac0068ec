import { resolve } from 'node:path';
import { Failure } from '../../failure.js';
import { LineReader, parseCommand } from '../../runs/messages.js';
import { answerCommand } from '../../runs/mock/agent.js';
import { MockMemory } from '../../runs/mock/memory.js';
import { parseScript } from '../../runs/mock/script.js';
import type { Call, Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { readInput } from '../input.js';

export const mockAgent: Command = {
  name: 'mock-agent',
  purpose: 'answer as an agent would, by a script: for trying out plans, and for tests',
  synopsis: ['--script FILE'],
  operands: [],
  options: [
    { name: 'script', value: 'FILE', text: 'what it answers, schemas/v1/mock-script.json', complete: 'file' },
    { name: 'state', value: 'FILE', text: 'where it remembers what it has done', complete: 'file' },
  ],
  outlivesReader: true,
  async run(call) {
    const { args, io } = call;
    const path = args.value('script');
    if (path === undefined || path === '-' || args.positionals.length > 0) {
      throw new Failure('usage', 'a --script FILE is needed; commands come on standard input');
    }
    const script = parseScript(await readInput(path, io), path);
    const state = args.value('state');
    const memory = new MockMemory(state === undefined ? undefined : resolve(io.cwd, state));
    const agent = { script, memory, cwd: io.cwd, print: (text: string) => io.print(text) };
    for await (const line of linesOf(call)) {
      const command = parseCommand(line);
      if (!command) throw new Failure('data', 'standard input has a line that is no command');
      await answerCommand(agent, command);
    }
    return EXIT.done;
  },
};

async function* linesOf({ io }: Call): AsyncGenerator<Buffer> {
  const reader = new LineReader();
  for await (const chunk of io.input()) {
    yield* reader.push(chunk);
    if (reader.isOversize) throw new Failure('data', 'a command is longer than 256 KiB');
  }
}
