/**
 * One source ring: reads it, builds its bars, gives them out, and keeps its accounts.
 *
 * After a restart the ticks that the ring still holds from before the saved position are read once
 * more, so that the open bars are whole again; nothing is given out or counted for them.
 */
import { join } from 'node:path';
import { addNs, diffNs, recordLatency } from '@tickwire/core';
import type { CounterTable, StampNs } from '@tickwire/core';
import { BarBuilder } from '@tickwire/domain-bars';
import type { ClosedBar } from '@tickwire/domain-bars';
import { RUN_TICKS_MAX, formatRingId, openRing } from '@tickwire/io-rings';
import type {
  RingAccount,
  RingDirectoryReader,
  RingRun,
  RingSubscription,
  WaitingStrategy,
} from '@tickwire/io-rings';
import type { TickTracer } from '@tickwire/io-service';
import type { HostClock } from '@tickwire/ipc-shm';
import { TickFlag, TickView, unpackPublishDelta } from '@tickwire/wire-tick';
import type { BarOutlet } from './bar-outlet.ts';
import type { Decision, DecisionJournal } from './decision-journal.ts';
import { RingCells } from './ring-cells.ts';
import { StreamMemory } from './stream-memory.ts';
import { TickTraces } from './tick-traces.ts';

/** The watermark counts as stopped when nothing has come for so long. */
const STOPPED_AFTER_NS = 1e9;
/** STREAM ticks come rarely; should they come in floods, not each is worth a write. */
const SAVE_INTERVAL_NS = 1e8;
const TICK_STRIDE = 64;

export interface RingAggregationOptions {
  readonly dir: string;
  readonly name: string;
  readonly timeframesMs: readonly number[];
  readonly graceMs: number;
  readonly emptyBars: boolean;
  readonly stats: CounterTable;
  readonly clock: HostClock;
  readonly tracer: TickTracer;
  /** Ticks of a run at most, and how to wait for the next. */
  readonly runTicks: number;
  readonly waiting: WaitingStrategy;
  readonly outlet: BarOutlet;
  readonly journal: DecisionJournal;
  /** Folder for what must outlive this process, see `StreamMemory`. */
  readonly memoryDir: string;
  /** Bars that were opened, and revisions begun. */
  readonly onOpened: (count: number) => void;
}

export class RingAggregation {
  readonly name: string;
  readonly #options: RingAggregationOptions;
  readonly #subscription: RingSubscription;
  readonly #cells: RingCells;
  readonly #memory: StreamMemory;
  readonly #latency: Float64Array;
  readonly #traces: TickTraces | undefined;
  readonly #tick = new TickView();
  readonly #published: StampNs = { hi: 0, lo: 0 };
  #builder: BarBuilder;
  /** Of the ring that the builder is about; the subscription's own may be the next ring's. */
  #directory: RingDirectoryReader;
  #ringId: string;
  /** Decisions of an earlier life that are still to be repeated. */
  #decisions: Decision[] = [];
  /** Ticks below were counted by an earlier life. */
  #countFrom = 0;
  #warming = false;
  #timely = false;
  #lastCameNs: number;
  #opened = 0;
  #streamsSaved = 0;
  #streamsSavedNs = 0;

  /** @throws what `openRing` throws. */
  constructor(options: RingAggregationOptions) {
    const { dir, name, clock, stats, tracer } = options;
    this.name = name;
    this.#options = options;
    this.#cells = new RingCells(stats, name);
    this.#memory = new StreamMemory(join(options.memoryDir, `streams-${name}.json`));
    this.#latency = stats.histogram('latency/ring');
    this.#traces = tracer.enabled
      ? new TickTraces({ tracer, clock, anchor: () => this.#subscription.reader.anchor })
      : undefined;
    this.#subscription = openRing({
      ...{ dir, name, from: 'oldest' as const, runTicksMax: options.runTicks },
      register: { label: 'aggregator', required: true },
      onNewRing: (closed, opened) => this.#moveTo(closed, opened),
    });
    this.#directory = this.#subscription.directory;
    this.#builder = this.#newBuilder();
    this.#ringId = formatRingId(this.#subscription.header.ringId);
    this.#lastCameNs = clock.monotonicNs();
    this.#resume(this.#subscription.account());
  }

  /** Bars open now. */
  get openCount(): number {
    return this.#builder.openCount;
  }

  /** Reads until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { waiting } = this.#options;
    await this.#subscription.run((run) => this.#take(run), { signal, waiting });
  }

  /**
   * The end: reads a closed ring to its end, any other as far as it is published now, closes all
   * bars, leaves the ring.
   */
  finish(deadlineMs: number): void {
    const untilNs = this.#options.clock.monotonicNs() + deadlineMs * 1e6;
    const target = this.#subscription.account().published;
    while (this.#options.clock.monotonicNs() < untilNs) {
      const run = this.#subscription.poll();
      if (run !== undefined) this.#take(run);
      else if (this.#subscription.ended || this.#subscription.account().cursor >= target) break;
    }
    this.#timely = false;
    this.#builder.drain();
    this.show();
    this.#subscription.close();
  }

  /** Closes bars that are due although the ring has fallen silent. Called a few times a second. */
  closeByClock(): void {
    const account = this.#subscription.account();
    const silentNs = this.#options.clock.monotonicNs() - this.#lastCameNs;
    if (account.inFlight > 0 || silentNs < STOPPED_AFTER_NS) return;
    const untilUs = this.#builder.watermarkUs + Math.floor(silentNs / 1e3);
    if (untilUs < this.#builder.nextDueUs) return;
    const position = account.cursor;
    const { name, journal } = this.#options;
    const kind = 'closed-by-clock';
    journal.append({ ring: name, ringId: this.#ringId, position, kind, untilUs });
    this.#timely = false;
    this.#builder.closeByClock(untilUs);
    this.#tell();
  }

  /** Brings the counters up to date while nothing comes. */
  show(): void {
    const { cursor, published } = this.#subscription.account();
    if (this.#warming) return;
    this.#saveStreams();
    this.#cells.fold(this.#builder.counts);
    // PADs at the end of what is published belong to no run.
    const nothing = { delivered: 0, lapped: 0, published };
    if (cursor > this.#cells.next) this.#cells.advance(cursor, nothing);
    this.#cells.show(published, this.#subscription.header.plan.slotCount);
    this.#tell();
  }

  #take(run: RingRun): void {
    const { gap, count, firstPosition } = run;
    this.#lastCameNs = this.#options.clock.monotonicNs();
    this.#timely = true;
    if (gap !== undefined) this.#lose(gap.first, gap.count);
    const known = Math.min(count, Math.max(0, this.#countFrom - firstPosition));
    if (known > 0) this.#apply(run, 0, known);
    const next = Math.max(firstPosition + count, (gap?.last ?? -1) + 1);
    if (this.#warming && next >= this.#countFrom) this.#endWarmUp();
    if (next <= this.#cells.next) return;
    if (count > known) this.#measure(run, known);
    this.#traces?.look(run, known, this.#lastCameNs);
    this.#apply(run, known, count);
    this.#traces?.folded(run, this.#lastCameNs);
    if (this.#lastCameNs - this.#streamsSavedNs > SAVE_INTERVAL_NS) this.#saveStreams();
    const lapped = gap === undefined ? 0 : gap.last + 1 - Math.max(gap.first, this.#countFrom);
    this.#cells.fold(this.#builder.counts);
    this.#cells.advance(next, {
      delivered: count - known,
      lapped: Math.max(0, lapped),
      published: this.#subscription.account().published,
    });
    this.#tell();
  }

  /** What was counted by the earlier life is not counted again; its open bars are open again. */
  #endWarmUp(): void {
    this.#warming = false;
    this.#cells.skip(this.#builder.counts);
    this.#opened = this.#builder.counts.opened;
    this.#options.onOpened(this.#builder.openCount);
  }

  #apply(run: RingRun, from: number, to: number): void {
    for (let at = from; at < to; at++) {
      const position = run.firstPosition + at;
      if (this.#decisions.length > 0) this.#repeatDecisions(position);
      this.#builder.apply(run.view, at * TICK_STRIDE, position);
    }
  }

  #repeatDecisions(position: number): void {
    while (this.#decisions.length > 0) {
      const [decision] = this.#decisions;
      if (decision === undefined || decision.position > position) return;
      this.#decisions.shift();
      if (decision.kind !== 'closed-by-clock') this.#builder.onLost();
      else this.#builder.closeByClock(decision.untilUs ?? 0);
    }
  }

  /** What the ring no longer holds is missing from the open bars: their coverage says so. */
  #restart(position: number): void {
    this.#builder.onLost();
    const { name: ring, journal } = this.#options;
    journal.append({ ring, ringId: this.#ringId, position, kind: 'restarted' });
  }

  #lose(first: number, count: number): void {
    this.#builder.onLost();
    const { name: ring, journal } = this.#options;
    const position = first + count;
    journal.append({ ring, ringId: this.#ringId, position, kind: 'lost', count });
  }

  /** Publication ▸ read, of the first tick of a run: the one that waited longest. */
  #measure(run: RingRun, at: number): void {
    const anchor = this.#subscription.reader.anchor;
    const tick = this.#tick.wrap(run.view, at * TICK_STRIDE);
    if (anchor === undefined || (tick.flags & TickFlag.Replayed) !== 0) return;
    this.#published.hi = tick.tsRecvHi;
    this.#published.lo = tick.tsRecvLo;
    addNs(this.#published, unpackPublishDelta(tick.publishDelta));
    recordLatency(this.#latency, this.#lastCameNs - diffNs(this.#published, anchor));
  }

  #onBar(bar: ClosedBar): void {
    const source = this.#directory.get(bar.source);
    if (source === undefined || bar.position < this.#countFrom) return;
    // A run that was cut short by the crash may have given out its bars without counting them.
    const mayExist = this.#countFrom > 0 && bar.position < this.#countFrom + RUN_TICKS_MAX;
    const timely = this.#timely && (bar.tickFlags & TickFlag.Replayed) === 0;
    const traceparent = this.#traces?.barOf(bar);
    this.#options.outlet.give(bar, source, { mayExist, timely, traceparent });
  }

  #newBuilder(): BarBuilder {
    const { timeframesMs, graceMs, emptyBars } = this.#options;
    return new BarBuilder({
      timeframesMs,
      graceMs,
      emptyBars,
      lookup: (index) => this.#directory.get(index),
      onBar: (bar) => this.#onBar(bar),
    });
  }

  #resume(account: RingAccount): void {
    const position = this.#cells.resumePosition(account.ringId);
    if (position === undefined) {
      this.#countFrom = 0;
      this.#cells.begin(account.ringId, account.start);
      return;
    }
    this.#countFrom = position;
    this.#decisions = this.#options.journal.of(this.#ringId);
    const states = this.#memory.load(this.#ringId);
    if (states !== undefined) this.#builder.restoreStreams(states);
    if (account.start > this.#subscription.header.firstPosition) this.#restart(account.start);
    this.#warming = account.start < position;
    if (account.start <= position) return;
    const lapped = account.start - position;
    this.#lose(position, lapped);
    this.#countFrom = account.start;
    const { published } = account;
    this.#cells.advance(account.start, { delivered: 0, lapped, published });
  }

  /** Another ring under the same name: the old one's bars end here. */
  #moveTo(closed: RingAccount, opened: RingAccount): void {
    this.#timely = false;
    this.#builder.drain();
    this.#cells.fold(this.#builder.counts);
    this.#cells.show(closed.published);
    this.#tell();
    this.#cells.begin(opened.ringId, opened.start);
    this.#countFrom = 0;
    this.#warming = false;
    this.#decisions = [];
    this.#opened = 0;
    this.#streamsSaved = 0;
    this.#ringId = formatRingId(opened.ringId);
    this.#directory = this.#subscription.directory;
    this.#builder = this.#newBuilder();
    this.#cells.skip(this.#builder.counts);
  }

  #saveStreams(): void {
    const { streams } = this.#builder.counts;
    if (streams === this.#streamsSaved) return;
    this.#memory.save(this.#ringId, this.#builder.streamStates());
    this.#streamsSaved = streams;
    this.#streamsSavedNs = this.#options.clock.monotonicNs();
  }

  #tell(): void {
    const { opened } = this.#builder.counts;
    if (opened === this.#opened) return;
    this.#options.onOpened(opened - this.#opened);
    this.#opened = opened;
  }
}
