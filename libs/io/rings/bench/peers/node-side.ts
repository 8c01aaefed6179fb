/** What the sides of every peer in Node share: the same work around another way of sending. */
import type { ReaderReport, WriterReport } from '../harness/section.ts';
import { Section } from '../harness/section.ts';
import { TICK_WORDS, readRecords } from '../harness/records.ts';
import { countWrongTicks } from '../ours/check-ticks.ts';
import { offerTicks } from '../ours/offered-rate.ts';
import { RecordBatch } from '../ours/record-batch.ts';
import { roundsOf } from '../ours/rounds.ts';
import { TickTimes } from '../ours/tick-times.ts';
import type { TimesSummary } from '../ours/tick-times.ts';

export interface PeerOptions {
  readonly role: 'write' | 'read';
  readonly mode: 'throughput' | 'latency';
  readonly dir: string;
  readonly records: string;
  /** Ticks of one message; 1 at a rate. */
  readonly batch: number;
  /** Ticks a second of a latency run. */
  readonly rate: number;
  readonly warmupTicks: number;
  readonly ticks: number;
  /** Where the broker listens, for those that need one. */
  readonly address?: string;
}

/** Sends the message; a promise when it must be waited for. */
export type Send = (bytes: Buffer) => Promise<void> | undefined;

type Usage = () => NodeJS.CpuUsage;

/** Sends everything: at full speed, or each tick when it is due. */
export async function writeTicks(
  options: PeerOptions,
  send: Send,
  usage?: Usage,
): Promise<WriterReport> {
  const records = readRecords(options.records);
  const batch = new RecordBatch(records, options.batch);
  const section = new Section(usage);
  const end = options.warmupTicks + options.ticks;
  if (options.mode === 'latency') {
    const late = await offerTicks({
      records,
      words: batch.words,
      rounds: roundsOf(options.rate, options.ticks),
      onRound: () => section.start(),
      send: async () => {
        await send(batch.bytes);
      },
    });
    section.end();
    return { ...section.report(), late };
  }
  for (let position = 0; position < end; position += batch.count) {
    if (!section.isRunning && position >= options.warmupTicks) section.start();
    batch.prepare(position);
    const pending = send(batch.bytes);
    if (pending !== undefined) await pending;
  }
  section.end();
  return { ...section.report(), late: 0 };
}

/** Takes what arrives, checks it, and knows when it was all. */
export class TickReceiver {
  readonly done: Promise<ReaderReport>;
  readonly #options: PeerOptions;
  readonly #records: Int32Array;
  readonly #expected: { readonly records: Int32Array; first: number };
  readonly #times: TickTimes | undefined;
  readonly #section: Section;
  readonly #resolve: (report: ReaderReport) => void;
  #ticks = 0;
  #wrong = 0;

  constructor(options: PeerOptions, usage?: Usage) {
    this.#options = options;
    this.#records = readRecords(options.records);
    this.#expected = { records: this.#records, first: 0 };
    this.#section = new Section(usage);
    if (options.mode === 'latency') {
      const rounds = roundsOf(options.rate, options.ticks);
      this.#times = new TickTimes(this.#records, rounds, () => this.#section.start());
    }
    const { promise, resolve } = Promise.withResolvers<ReaderReport>();
    this.done = promise;
    this.#resolve = resolve;
  }

  get ticks(): number {
    return this.#ticks;
  }

  /** The next `count` ticks are at the start of `words`. */
  take(words: Int32Array, count: number): void {
    const { warmupTicks, ticks } = this.#options;
    if (this.#times !== undefined) this.#times.take(words, count);
    else this.#check(words, count);
    this.#ticks += count;
    if (this.#ticks >= warmupTicks + ticks) this.#finish();
  }

  #check(words: Int32Array, count: number): void {
    const { warmupTicks } = this.#options;
    if (!this.#section.isRunning && this.#ticks + count > warmupTicks) this.#section.start();
    this.#expected.first = this.#ticks;
    this.#wrong += countWrongTicks(words, this.#expected, count);
  }

  #finish(): void {
    this.#section.end();
    const times: Partial<TimesSummary> = this.#times?.summary() ?? {};
    const wrong = this.#times?.wrong ?? this.#wrong;
    const { ticks } = this;
    this.#resolve({ ...this.#section.report(), ticks, lost: 0, wrong, ...times });
  }
}

/** Whole ticks out of chunks of any length and alignment. */
export class TickAssembler {
  readonly words: Int32Array;
  readonly #bytes: Buffer;
  readonly #take: (words: Int32Array, count: number) => void;
  #filled = 0;

  constructor(take: (words: Int32Array, count: number) => void, ticksMax = 4_096) {
    this.words = new Int32Array(ticksMax * TICK_WORDS);
    this.#bytes = Buffer.from(this.words.buffer);
    this.#take = take;
  }

  add(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      const part = Math.min(chunk.length - at, this.#bytes.length - this.#filled);
      this.#bytes.set(chunk.subarray(at, at + part), this.#filled);
      at += part;
      this.#filled += part;
      const count = Math.floor(this.#filled / (TICK_WORDS * 4));
      if (count === 0) continue;
      this.#take(this.words, count);
      const used = count * TICK_WORDS * 4;
      this.#bytes.copyWithin(0, used, this.#filled);
      this.#filled -= used;
    }
  }
}
