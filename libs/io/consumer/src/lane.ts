/** One ring of a consumer: where its ticks come from, where they wait, what was counted. */
import { DropCounts, WaterMark, createTickQueue } from '@tickwire/domain-backpressure';
import type { TickQueue } from '@tickwire/domain-backpressure';
import { TICK_BYTES, TICK_KIND_OFFSET } from '@tickwire/core';
import { sameRingId } from '@tickwire/io-rings';
import type { RingDirectoryReader, RingId, RingRun } from '@tickwire/io-rings';
import type { QueueOptions } from './consumer-options.ts';
import { LaneCounters } from './lane-counters.ts';
import type { LaneSource } from './lane-source.ts';
import { SymbolFilter } from './symbol-filter.ts';

const INSTRUMENT_AT = 16;

export interface LaneParts {
  readonly source: LaneSource;
  readonly queue: QueueOptions;
  /** 1 for each kind byte that is wanted. */
  readonly wantedKinds: Uint8Array;
  readonly symbols: readonly string[] | undefined;
  readonly cells: Float64Array | undefined;
  /** Where an earlier reader stopped: what is gone since is a gap. */
  readonly resume: ResumePoint | undefined;
}

export interface ResumePoint {
  readonly ringId: RingId;
  readonly position: number;
}

export class Lane {
  readonly name: string;
  readonly source: LaneSource;
  readonly queue: TickQueue;
  readonly counters: LaneCounters;
  readonly mark: WaterMark;
  readonly symbols: SymbolFilter | undefined;
  /** Of the ticks that wait or are at hand. */
  ringId: RingId;
  directory: RingDirectoryReader;
  readonly #wantedKinds: Uint8Array;
  #held: RingRun | undefined;
  #heldFrom = 0;

  /** @throws BackpressureError `BAD_OPTION`. */
  constructor(parts: LaneParts) {
    const { source, queue, symbols } = parts;
    this.name = source.name;
    this.source = source;
    this.ringId = source.ringId;
    this.directory = source.directory;
    this.counters = new LaneCounters(parts.cells);
    const drops = new DropCounts(this.counters.drops);
    this.queue = createTickQueue({ capacity: queue.queueTicks, policy: queue.policy, drops });
    this.mark = new WaterMark(queue.queueTicks, queue.waterMarks);
    this.symbols = symbols === undefined ? undefined : new SymbolFilter(symbols);
    this.#wantedKinds = parts.wantedKinds;
    this.counters.setRing(this.ringId, source.account().cursor);
    if (parts.resume !== undefined) this.#noteMissed(parts.resume);
  }

  /** Ticks of a run that could not be queued yet: the ring is not asked for more meanwhile. */
  get heldTicks(): number {
    return this.#held === undefined ? 0 : this.#held.count - this.#heldFrom;
  }

  get isHolding(): boolean {
    return this.#held !== undefined;
  }

  /** The next run, counted as received; `undefined` when there is none, or no room for one. */
  poll(): RingRun | undefined {
    if (this.#held !== undefined) return undefined;
    const run = this.source.poll();
    if (run === undefined) return undefined;
    this.counters.addReceived(run.count);
    if (run.gap !== undefined) this.counters.addGap(run.gap.count);
    return run;
  }

  /** Whether the run is of another ring than the ticks before it. */
  isOfNewRing(run: RingRun): boolean {
    return run.ringId !== this.ringId;
  }

  adopt(run: RingRun): void {
    this.ringId = run.ringId;
    this.directory = run.directory;
    this.counters.setRing(run.ringId, run.firstPosition);
  }

  /** Keeps what is left of a run from its tick `from` on until there is room for it. */
  hold(run: RingRun, from: number): void {
    this.#held = run;
    this.#heldFrom = from;
  }

  get isHoldingNewRing(): boolean {
    return this.#held !== undefined && this.isOfNewRing(this.#held);
  }

  /** A run that was held whole, to be treated as if it came now. */
  takeHeld(): RingRun | undefined {
    const held = this.#held;
    this.#held = undefined;
    return held;
  }

  /** Queues the wanted ticks of a run from its tick `from` on, its gap before them. */
  enqueue(run: RingRun, from: number): void {
    if (from === 0 && run.gap !== undefined) this.queue.noteGap(run.gap);
    this.enqueueTicks(run, from);
  }

  /** The same without its gap, which was told. */
  enqueueTicks(run: RingRun, from: number): void {
    let at = from;
    while (at < run.count) {
      const end = this.#endOfWanted(run, at);
      const accepted = end === at ? 0 : this.queue.push(run, at, end - at);
      at += accepted;
      if (at < end) {
        // A part of it is in the queue: what is held is the rest, and has no gap of its own.
        this.hold(run, at);
        return;
      }
      const unwantedEnd = this.#endOfUnwanted(run, at);
      this.counters.addFiltered(unwantedEnd - at);
      at = unwantedEnd;
    }
  }

  /** Goes on with a run that had no room; true when some of it has now. */
  pushHeld(): boolean {
    const held = this.#held;
    if (held === undefined || this.isOfNewRing(held) || this.queue.room === 0) return false;
    this.#held = undefined;
    this.enqueueTicks(held, this.#heldFrom);
    return true;
  }

  /** Gives up what waits: counted as stopped. */
  discard(): void {
    this.queue.discard();
    const held = this.#held;
    if (held === undefined) return;
    this.discardTicks(held, { from: this.#heldFrom, to: held.count });
    this.#held = undefined;
  }

  discardTicks(
    ticks: { readonly view: DataView },
    range: { readonly from: number; readonly to: number },
  ): void {
    for (let index = range.from; index < range.to; index++) {
      const instrument = ticks.view.getUint32(index * TICK_BYTES + INSTRUMENT_AT, true);
      this.queue.drops.countStopped(instrument);
    }
  }

  #noteMissed(resume: ResumePoint): void {
    const { start } = this.source.account();
    const count = start - resume.position;
    if (!sameRingId(resume.ringId, this.ringId) || count <= 0) return;
    this.counters.addGap(count);
    this.queue.noteGap({ first: resume.position, last: start - 1, count });
  }

  #endOfWanted(run: RingRun, from: number): number {
    let at = from;
    while (at < run.count && this.#wants(run, at)) at++;
    return at;
  }

  #endOfUnwanted(run: RingRun, from: number): number {
    let at = from;
    while (at < run.count && !this.#wants(run, at)) at++;
    return at;
  }

  #wants(run: RingRun, index: number): boolean {
    const at = index * TICK_BYTES;
    if (this.#wantedKinds[run.bytes[at + TICK_KIND_OFFSET]!] === 0) return false;
    if (this.symbols === undefined) return true;
    const instrument = run.view.getUint32(at + INSTRUMENT_AT, true);
    return this.symbols.wants(instrument, run.directory);
  }
}
