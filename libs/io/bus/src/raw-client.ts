/** For tests: a client that speaks the protocol by hand, byte by byte if need be. */
import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';

const DEADLINE_MS = 10_000;
const POLL_MS = 2;

export class RawClient {
  readonly socket: Socket;
  received = '';
  isClosed = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => (this.received += chunk.toString('latin1')));
    socket.on('error', () => (this.isClosed = true));
    socket.on('close', () => (this.isClosed = true));
  }

  static async open(port: number): Promise<RawClient> {
    const client = new RawClient(connectTcp(port, '127.0.0.1'));
    await client.expect(/^INFO (\{.*\}) ?\r\n/);
    return client;
  }

  /** A client without `+OK` noise. */
  static async quiet(port: number, options: Record<string, unknown> = {}): Promise<RawClient> {
    const client = await RawClient.open(port);
    client.send(`CONNECT ${JSON.stringify({ verbose: false, ...options })}\r\n`);
    await client.sync();
    return client;
  }

  send(text: string): void {
    this.socket.write(Buffer.from(text, 'latin1'));
  }

  /** Waits for `pattern`, takes it and everything before it out of `received`. */
  async expect(pattern: RegExp): Promise<RegExpExecArray> {
    const match = await this.#until(() => pattern.exec(this.received), String(pattern));
    this.received = this.received.slice(match.index + match[0].length);
    return match;
  }

  /** Everything sent so far has been seen by the server, and its answers by us. */
  async sync(): Promise<string> {
    this.send('PING\r\n');
    const [, before = ''] = await this.expect(/^([^]*?)PONG\r\n/);
    return before;
  }

  async closed(): Promise<void> {
    await this.#until(() => (this.isClosed ? true : null), 'the end of the connection');
  }

  async #until<T>(probe: () => T | null, what: string): Promise<T> {
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    for (;;) {
      const found = probe();
      if (found !== null) return found;
      if (deadline.aborted) throw new Error(`no ${what} in ${this.received.slice(-200)}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}
