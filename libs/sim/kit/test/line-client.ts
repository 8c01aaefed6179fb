/** A client of the tests for line protocols over TCP: what came in, as it came. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { waitFor } from '@tickwire/testing';
import { onTestFinished } from 'vitest';

export class LineClient {
  readonly socket: Socket;
  /** Whole lines, in their order. */
  readonly lines: string[] = [];
  /** What came behind the last line end. */
  rest = '';
  /** Reads so far. */
  reads = 0;
  /** The error that ended the connection, `end` when it ended in order. */
  ended: string | undefined;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.setEncoding('utf8');
    this.socket.on('data', (text: string) => {
      this.reads += 1;
      const parts = (this.rest + text).split('\n');
      this.rest = parts.pop() ?? '';
      this.lines.push(...parts);
    });
    this.socket.on('error', (error) => (this.ended = 'code' in error ? String(error.code) : '?'));
    this.socket.on('close', () => (this.ended ??= 'end'));
    onTestFinished(() => void this.socket.destroy());
  }

  say(line: string): void {
    this.socket.write(`${line}\n`);
  }

  async until(pattern: RegExp): Promise<string> {
    return waitFor(() => this.lines.find((line) => pattern.test(line)), { what: String(pattern) });
  }

  /** Lines of data. */
  get data(): string[] {
    return this.lines.filter((line) => /^[TQ]\|/.test(line));
  }
}
