/**
 * A raw KuCoin capture through the same normaliser as the live gateway's.
 *
 *   frames ─▶ onMessage ┐
 *   symbols ─▶ onSymbols ├─▶ ticks ─▶ paced output ─▶ ring
 *   books ─▶ onSnapshot ┘
 */
import { setImmediate as turn } from 'node:timers/promises';
import { HopCounters, TickwireError, recordLatency } from '@tickwire/core';
import type { Counter, CounterTable, HopUnit } from '@tickwire/core';
import type { GapRecord, RecvStamp } from '@tickwire/domain-feed';
import { openRawCapture } from '@tickwire/io-capture';
import type { CaptureError, RawCaptureCounts, RawEvent, RawRestEvent } from '@tickwire/io-capture';
import type { RingProducer } from '@tickwire/io-rings';
import { createHopTallies, createKucoinNormaliser } from '@tickwire/venue-kucoin';
import type { KucoinNormaliser, KucoinSink } from '@tickwire/venue-kucoin';
import { TickFlag } from '@tickwire/wire-tick';
import type { TickBatch } from '@tickwire/wire-tick';
import type { PacedOutput } from './paced-output.ts';
import type { Pacer } from './pacer.ts';
import type { Player } from './player.ts';
import type { ProblemReport } from './problem-report.ts';

export interface KucoinPlayerOptions {
  sources: readonly string[];
  ring: RingProducer;
  stats: CounterTable;
  output: PacedOutput;
  pacer: Pacer;
  problems: ProblemReport;
  monotonicNs: () => number;
  onGap: (record: Readonly<GapRecord>) => void;
}

const SYMBOLS = /^\/api\/v\d+\/symbols(?:\?|$)/;
const BOOK = /^\/api\/v\d+\/market\/orderbook\/level2(?:_\d+)?\?(?:[^#]*&)?symbol=([^&#]+)/;
/** Answers that a session needs and a replay does not. */
const SESSION = /^\/api\/v\d+\/(?:bullet-public|bullet-private|timestamp)(?:\?|$)/;

export class KucoinPlayer implements Player {
  readonly #options: KucoinPlayerOptions;
  readonly #normaliser: KucoinNormaliser;
  readonly #frames: FileHop;
  readonly #answers: FileHop;
  readonly #decodeLatency: Float64Array;
  readonly #bytesRead: Counter;
  /** What is being fed: names the line of a message that the normaliser refuses. */
  #event: RawEvent | undefined;
  readonly #recv: RecvStamp = { hi: 0, lo: 0, monotonicNs: 0 };

  constructor(options: KucoinPlayerOptions) {
    const { stats } = options;
    this.#options = options;
    this.#frames = new FileHop(stats, 'file.kucoin', 'message');
    this.#answers = new FileHop(stats, 'file.kucoin.rest', 'message');
    this.#bytesRead = stats.counter('gauge/replay.bytesRead');
    this.#decodeLatency = stats.histogram('latency/decode');
    this.#normaliser = createKucoinNormaliser({
      sink: this.#sink(),
      tallies: createHopTallies(stats),
      symbols: 'all',
      flags: TickFlag.Replayed,
    });
  }

  async play(signal: AbortSignal): Promise<void> {
    const { output, pacer } = this.#options;
    const capture = await openRawCapture(this.#options.sources, {
      onProblem: (problem) => this.#skip(problem),
    });
    for await (const events of capture.batches()) {
      for (const event of events) {
        this.#recv.hi = event.tsRecvHi;
        this.#recv.lo = event.tsRecvLo;
        if (pacer.waitMs(this.#recv) > 0) await pacer.hold(this.#recv, signal);
        this.#recv.monotonicNs = this.#options.monotonicNs();
        this.#event = event;
        this.#feed(event);
        if (output.isBlocked) await output.drain(signal);
      }
      this.#count(capture.counts);
      await turn(); // heartbeats and signals, also at full speed
      signal.throwIfAborted();
    }
    this.#count(capture.counts);
  }

  close(): void {
    this.#recv.monotonicNs = this.#options.monotonicNs();
    this.#normaliser.close(this.#recv);
  }

  #feed(event: RawEvent): void {
    if (event.kind === 'ws') {
      this.#frames.out.add(1);
      this.#normaliser.onMessage(event.bytes, this.#recv);
    } else this.#feedAnswer(event);
  }

  #feedAnswer(event: RawRestEvent): void {
    const symbol = symbolOf(event.path);
    if (symbol !== undefined) {
      this.#answers.took('snapshot');
      this.#normaliser.onSnapshot(symbol, event.bytes, this.#recv);
    } else if (SYMBOLS.test(event.path)) {
      this.#answers.took('symbols');
      this.#define(event);
    } else if (SESSION.test(event.path)) this.#answers.took('session');
    else this.#answers.drop('UNKNOWN_PATH');
  }

  #define(event: RawRestEvent): void {
    try {
      this.#normaliser.onSymbols(event.bytes);
    } catch (error) {
      if (!(error instanceof TickwireError)) throw error;
      this.#options.problems.tell('vendor', error, this.#place());
    }
  }

  /** Lines are counted by the file's reader; what became of them is counted here. */
  #count(counts: RawCaptureCounts): void {
    this.#bytesRead.set(counts.bytes);
    this.#frames.in.set(counts.ws);
    this.#answers.in.set(counts.rest);
  }

  #skip(problem: CaptureError): void {
    this.#options.problems.tell('capture', problem);
    if (problem.line === undefined) return; // the end of a damaged file is no line of it
    const isAnswer = /rest[^/]*$/.test(problem.file);
    (isAnswer ? this.#answers : this.#frames).drop(problem.code);
  }

  #place(): string {
    return this.#event === undefined ? '' : `${this.#event.file} line ${this.#event.line}: `;
  }

  #sink(): KucoinSink {
    const { ring, output, problems, monotonicNs, onGap } = this.#options;
    const latency = this.#decodeLatency;
    return {
      publish(batch: TickBatch, recvMonotonicNs: number): void {
        const deltaNs = monotonicNs() - recvMonotonicNs;
        batch.stampPublishDelta(deltaNs);
        output.offer(batch.bytes, batch.count);
        recordLatency(latency, deltaNs, batch.count);
      },
      define(entry): number | undefined {
        const index = ring.append(entry);
        return index < 0 ? undefined : index;
      },
      gap: onGap,
      reject: (error) => problems.tell('vendor', error, this.#place()),
    };
  }
}

/** Whose book an answer is; `undefined` when it is none, or its address is malformed. */
function symbolOf(path: string): string | undefined {
  try {
    const symbol = BOOK.exec(path)?.[1];
    return symbol === undefined ? undefined : decodeURIComponent(symbol);
  } catch {
    return undefined; // a percent sign that encodes nothing
  }
}

/** The cells of a hop that a file feeds. */
class FileHop {
  readonly in: Counter;
  readonly out: Counter;
  readonly #hop: HopCounters;

  constructor(stats: CounterTable, hop: string, unit: HopUnit) {
    this.#hop = new HopCounters(stats, hop, unit);
    this.in = this.#hop.in;
    this.out = this.#hop.out;
  }

  took(part: string): void {
    this.out.add(1);
    this.#hop.part(part).add(1);
  }

  drop(reason: string): void {
    this.#hop.dropped(reason).add(1);
  }
}
