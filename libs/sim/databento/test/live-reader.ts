/**
 * A client of the live protocol for tests, of nothing but a socket and `DbnDecoder`: it says what
 * it is told to and keeps what comes.
 */
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createZstdDecompress } from 'node:zlib';
import { DbnDecoder, RecordViews, recordJson } from '@tickwire/wire-dbn';
import type { DbnMetadata, DbnRecord, RecordJson } from '@tickwire/wire-dbn';
import { onTestFinished } from 'vitest';
import { SIMULATED_KEY } from '../src/index.ts';

export interface LiveReaderOptions {
  readonly port: number;
  readonly key?: string;
  /** Fields behind `dataset`, each with its bar in front. */
  readonly choices?: string;
  readonly dataset?: string;
  readonly onRecord?: (record: DbnRecord, decoder: DbnDecoder) => void;
  /** Which records are kept as JSON, by rtype. Default all. */
  readonly keeps?: (rtype: number) => boolean;
}

export class LiveReader {
  readonly socket: Socket;
  readonly lines: string[] = [];
  readonly records: RecordJson[] = [];
  /** Why it ended: undefined while it is open. */
  ended: string | undefined;
  taken = 0;
  readonly #options: LiveReaderOptions;
  readonly #decoder = new DbnDecoder();
  readonly #views = new RecordViews();
  readonly #unpack = createZstdDecompress();
  readonly #waiting = new Set<() => void>();
  readonly #counts = new Map<number, number>();
  #text = '';
  #isText = true;

  constructor(options: LiveReaderOptions) {
    this.#options = options;
    this.socket = connect(options.port, '127.0.0.1');
    this.socket.on('data', (bytes) => this.#take(bytes));
    this.socket.on('error', (error: NodeJS.ErrnoException) => {
      this.ended ??= error.code ?? 'error';
    });
    this.socket.on('close', () => {
      this.ended ??= 'closed';
      this.#wake();
    });
    this.#unpack.on('data', (bytes: Uint8Array) => this.#decode(bytes));
    this.#unpack.on('error', () => undefined); // it was cut
    onTestFinished(() => void this.socket.destroy());
  }

  get metadata(): DbnMetadata | undefined {
    return this.#decoder.metadata;
  }

  say(line: string): void {
    this.socket.write(`${line}\n`);
  }

  /** Waits for the challenge and answers it. */
  async authenticate(): Promise<void> {
    await this.until(() => this.lines.length >= 2);
    const { key = SIMULATED_KEY, dataset = 'GLBX.MDP3', choices = '' } = this.#options;
    const challenge = this.lines[1]?.slice('cram='.length) ?? '';
    const hash = createHash('sha256').update(`${challenge}|${key}`).digest('hex');
    this.say(`auth=${hash}-${key.slice(-5)}|dataset=${dataset}|encoding=dbn${choices}`);
    await this.until(() => this.lines.length >= 3 || this.ended !== undefined);
  }

  /** Authenticates, says the lines and starts the session. */
  async start(...lines: readonly string[]): Promise<void> {
    await this.authenticate();
    for (const line of lines) this.say(line);
    this.say('start_session=0');
    await this.until(() => this.metadata !== undefined || this.ended !== undefined);
  }

  /** Resolves once `holds`, which is looked at when something came; rejects if it ended before. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.ended !== undefined) throw new Error(`ended before: ${this.ended}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  async untilEnded(): Promise<string> {
    await this.until(() => this.ended !== undefined);
    return this.ended ?? '';
  }

  /** Records of a type, kept or not. */
  count(rtype: number): number {
    return this.#counts.get(rtype) ?? 0;
  }

  /** Records of a type that were kept, as JSON. */
  of(rtype: number): RecordJson[] {
    return this.records.filter((record) => header(record).rtype === rtype);
  }

  #take(bytes: Uint8Array): void {
    const rest = this.#isText ? this.#takeText(bytes) : bytes;
    if (this.#options.choices?.includes('compression=zstd') === true) this.#unpack.write(rest);
    else this.#decode(rest);
    this.#wake();
  }

  /** Greeting, challenge and answer are lines; what comes behind the answer is not. */
  #takeText(bytes: Uint8Array): Uint8Array {
    this.#text += Buffer.from(bytes).toString('latin1');
    for (;;) {
      const end = this.#text.indexOf('\n');
      if (end < 0 || !this.#isText) break;
      this.lines.push(this.#text.slice(0, end));
      this.#text = this.#text.slice(end + 1);
      this.#isText = this.lines.length < 3;
    }
    return this.#isText ? new Uint8Array(0) : Buffer.from(this.#text, 'latin1');
  }

  #decode(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const decoder = this.#decoder;
    decoder.push(bytes);
    while (decoder.next()) {
      this.taken += 1;
      const view = this.#views.at(decoder);
      if (view !== undefined) this.#options.onRecord?.(view, decoder);
      const { rtype } = decoder;
      this.#counts.set(rtype, this.count(rtype) + 1);
      if (this.#options.keeps?.(rtype) !== false) this.records.push(recordJson(decoder));
    }
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** The header of a record shown as JSON. */
export function header(record: RecordJson): {
  rtype: number;
  instrument_id: number;
  ts_event: bigint;
} {
  const { rtype, instrument_id: id, ts_event: at } = record.hd as Record<string, unknown>;
  return { rtype: Number(rtype), instrument_id: Number(id), ts_event: BigInt(String(at)) };
}
