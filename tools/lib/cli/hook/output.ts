/** What passes through a wrapper, looked at on its way: whole lines of JSON, and the end of it all. */
import { type CodexStream, foldCodexLine, SILENT_STREAM } from '../../clients/codex-stream.js';
import { claudeResultSignal } from '../../clients/result-line.js';
import type { ClientSignal } from '../../clients/signal.js';
import { isJsonObject } from '../../record/json.js';

const TAIL_BYTES = 8 * 1024;
const LONGEST_LINE_BYTES = 4 * 1024 * 1024;
const NEWLINE = 10;

/** Reads the JSON lines of Codex and Claude Code among anything else, with bounded memory. */
export class StreamReader {
  stream: CodexStream = SILENT_STREAM;
  result: ClientSignal | undefined;
  private parts: Buffer[] = [];
  private length = 0;

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.keep(chunk.subarray(start, end));
      this.end();
      start = end + 1;
    }
    this.keep(chunk.subarray(start));
  }

  /** The last line may lack its newline. */
  end(): void {
    const line = this.length > LONGEST_LINE_BYTES ? '' : Buffer.concat(this.parts).toString();
    this.parts = [];
    this.length = 0;
    if (line.startsWith('{"')) this.read(line);
  }

  private keep(part: Buffer): void {
    this.length += part.length;
    if (this.length <= LONGEST_LINE_BYTES) this.parts.push(part);
    else this.parts = [];
  }

  private read(text: string): void {
    let line: unknown;
    try {
      line = JSON.parse(text);
    } catch (error) {
      if (error instanceof SyntaxError) return;
      throw error;
    }
    if (!isJsonObject(line)) return;
    if (line.type === 'result' && typeof line.session_id === 'string') this.result = claudeResultSignal(line);
    else if (this.stream.thread !== '' || line.type === 'thread.started') {
      this.stream = foldCodexLine(this.stream, line);
    }
  }
}

/** A line of a client's stream: its content is in the event already. */
const JSON_LINE = /^\{"type":".*$/gm;

/** The last 8 KiB of what passed. */
export class Tail {
  private chunks: Buffer[] = [];
  private length = 0;
  private isCut = false;

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.length += chunk.length;
    if (this.length < 8 * TAIL_BYTES) return;
    this.chunks = [Buffer.from(this.bytes())];
    this.length = this.chunks[0]!.length;
    this.isCut = true;
  }

  /** Whole lines, where there are any: the first one may have lost its beginning. Without JSON of clients. */
  text(): string {
    const isCut = this.isCut || this.length > TAIL_BYTES;
    const bytes = this.bytes();
    const newline = isCut ? bytes.indexOf(NEWLINE) : -1;
    return bytes
      .subarray(newline + 1)
      .toString()
      .replace(JSON_LINE, '')
      .trim();
  }

  private bytes(): Buffer {
    return Buffer.concat(this.chunks).subarray(-TAIL_BYTES);
  }
}
