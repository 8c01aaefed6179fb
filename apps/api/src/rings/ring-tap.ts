/**
 * The one reader of one ring, for the board and for all clients. It begins at the oldest tick, so
 * that the board knows the newest of each instrument; clients get what comes from then on.
 */
import type { DirectoryEntry } from '@tickwire/core';
import { TICK_BYTES, TickwireError, diffNs, recordLatency } from '@tickwire/core';
import type { CounterTable, StampNs } from '@tickwire/core';
import { formatRingId, openRing, publishedAt } from '@tickwire/io-rings';
import type { RingAccount, RingGap, RingRun, RingSubscription } from '@tickwire/io-rings';
import type { TickTracer } from '@tickwire/io-service';
import type { HostClock } from '@tickwire/ipc-shm';
import { TickFlag, TickKind, TickView, describeTick } from '@tickwire/wire-tick';
import type { TickJson } from '@tickwire/wire-tick';
import { subjectOf, tickKeys } from '../stream/stream-hub.ts';
import type { StreamHub } from '../stream/stream-hub.ts';
import type { Subject, Topic } from '../stream/topic.ts';
import { MarketBoard } from './market-board.ts';
import { RingHop } from './ring-hop.ts';
import { StreamMemory } from './stream-memory.ts';

/** Vendor of rings that the system derives itself: bars. */
export const OWN_VENDOR = 'tickwire';

export interface RingTapOptions {
  readonly dir: string;
  readonly name: string;
  readonly hub: StreamHub;
  readonly stats: CounterTable;
  readonly clock: HostClock;
  readonly tracer: TickTracer;
  readonly dataDir: string;
  /** Told of each tick of a bar in a ring of our own. */
  readonly onBarTick: (tick: TickView, at: TickPlace) => void;
}

export interface TickPlace {
  readonly ringId: string;
  readonly position: number;
  readonly entry: DirectoryEntry | undefined;
}

interface Audience {
  readonly subject: Subject;
  readonly topics: readonly Topic[];
  readonly entry: DirectoryEntry | undefined;
}

/** Of a traced tick: from its publication to the queues of the clients. */
const STAGE = 'ring.api';
const STATE_KINDS = (1 << TickKind.Quote) | (1 << TickKind.Trade) | (1 << TickKind.Stream);
const BAR_KINDS = (1 << TickKind.BarPrice) | (1 << TickKind.BarVolume);

export class RingTap {
  readonly name: string;
  readonly #options: RingTapOptions;
  readonly #subscription: RingSubscription;
  readonly #hop: RingHop;
  readonly #memory: StreamMemory;
  readonly #view = new TickView();
  readonly #latency: Float64Array;
  readonly #now: StampNs = { hi: 0, lo: 0 };
  #board: MarketBoard;
  #ringId: string;
  #isOwn: boolean;
  #liveFrom: number;
  #audiences = new Map<number, Audience>();
  #wanted = 0;
  #unreadable = 0;
  #hasChanged = false;

  /** @throws TickwireError as `openRing`: it cannot be read now. */
  constructor(options: RingTapOptions) {
    this.name = options.name;
    this.#options = options;
    this.#subscription = openRing({
      dir: options.dir,
      name: options.name,
      from: 'oldest',
      onNewRing: (closed) => this.#onNewRing(closed),
    });
    this.#hop = new RingHop(options.stats, options.name);
    this.#latency = options.stats.histogram('latency/api');
    this.#ringId = formatRingId(this.#subscription.header.ringId);
    this.#isOwn = this.#subscription.header.vendor === OWN_VENDOR;
    this.#board = this.#makeBoard();
    const { dataDir, name: ring, stats, clock } = options;
    const nowMs = (): number => clock.monotonicNs() / 1e6;
    this.#memory = new StreamMemory({ dataDir, ring, stats, nowMs });
    const { reader } = this.#subscription;
    this.#board.restore(this.#memory.load(this.#ringId, reader.start));
    this.#liveFrom = reader.published;
  }

  /** Of a vendor's ring; bars have none. */
  get board(): MarketBoard | undefined {
    return this.#isOwn ? undefined : this.#board;
  }

  /** Whether everything that will ever come has been read. */
  get ended(): boolean {
    return this.#subscription.ended;
  }

  /** Somebody subscribed or left. */
  forgetAudiences(): void {
    this.#audiences.clear();
  }

  /** Reads at most `runsMax` runs; returns the ticks read. */
  read(runsMax: number): number {
    let ticks = 0;
    for (let runs = 0; runs < runsMax; runs++) {
      const run = this.#subscription.poll();
      if (run === undefined) break;
      this.#takeRun(run);
      ticks += run.count;
    }
    if (this.#memory.isDue) this.#remember();
    return ticks;
  }

  close(): void {
    this.#remember();
    this.#subscription.close();
  }

  #remember(): void {
    if (!this.#isOwn) this.#memory.save(this.#ringId, this.#board.states());
  }

  #takeRun(run: RingRun): void {
    const { gap } = run;
    this.#hop.take(run.count, gap?.count ?? 0);
    if (gap !== undefined) this.#tellGap(gap);
    this.#wanted = 0;
    this.#unreadable = 0;
    this.#hasChanged = gap !== undefined;
    for (let at = 0; at < run.count; at++) this.#takeTick(run, at);
    this.#memory.note(run.firstPosition + run.count, this.#hasChanged);
    if (this.#wanted > 0) this.#measure();
    const passed = run.count - this.#wanted - this.#unreadable;
    this.#hop.done({ wanted: this.#wanted, passed, unreadable: this.#unreadable });
  }

  #takeTick(run: RingRun, at: number): void {
    const offset = at * TICK_BYTES;
    const tick = this.#view.wrap(run.view, offset);
    const bit = 1 << tick.kind;
    const position = run.firstPosition + at;
    if (!this.#isOwn && (bit & STATE_KINDS) !== 0) {
      this.#board.take(tick, { bytes: run.bytes, offset, position });
      if (tick.kind === TickKind.Stream) this.#hasChanged = true;
    }
    if (position < this.#liveFrom) return;
    const isBar = this.#isOwn && (bit & BAR_KINDS) !== 0;
    if (!isBar && (bit & this.#options.hub.wantedKinds) === 0) return;
    try {
      this.#giveTick(tick, position, isBar);
    } catch (error) {
      if (!(error instanceof TickwireError)) throw error;
      this.#unreadable++; // an impossible number or a damaged directory entry: counted, shown
    }
  }

  #giveTick(tick: TickView, position: number, isBar: boolean): void {
    const { subject, topics, entry } = this.#audienceOf(tick.instrument);
    if (isBar) this.#options.onBarTick(tick, { ringId: this.#ringId, position, entry });
    if (topics.length === 0) return;
    const isTaken = this.#options.hub.giveTick(
      {
        ...subject,
        kind: tick.kind,
        ...tickKeys(tick, this.name),
        text: () => JSON.stringify(this.#jsonOf(tick, position, entry)),
      },
      topics,
    );
    if (!isTaken) return;
    this.#wanted++;
    if ((tick.flags & TickFlag.Sampled) !== 0) this.#trace(tick);
  }

  /** As `tickwire tail --json`; a traced tick takes its trace context along. */
  #jsonOf(tick: TickView, position: number, entry: DirectoryEntry | undefined): TickJson {
    const json = { ...describeTick(tick, entry), ring: this.name, position, ringId: this.#ringId };
    const { tracer } = this.#options;
    const isTraced = tracer.enabled && (tick.flags & TickFlag.Sampled) !== 0;
    return isTraced ? { ...json, traceparent: tracer.traceparent(tick, STAGE) } : json;
  }

  /** From the ring to the queues of the clients. */
  #trace(tick: TickView): void {
    const { tracer, clock } = this.#options;
    clock.wallNs(clock.monotonicNs(), this.#now);
    const ends = { start: publishedAt(tick), end: { ...this.#now } };
    tracer.span(tick, { stage: STAGE, parent: 'decode', ...ends });
  }

  #audienceOf(instrument: number): Audience {
    const known = this.#audiences.get(instrument);
    if (known !== undefined) return known;
    const { header, directory } = this.#subscription;
    const entry = directory.get(instrument);
    const subject = subjectOf(header.vendor, entry);
    const audience = { subject, entry, topics: this.#options.hub.topicsFor(subject) };
    // An instrument that has no entry yet may get one.
    if (entry !== undefined) this.#audiences.set(instrument, audience);
    return audience;
  }

  /** From the publication of the last tick of a run to its handing over. */
  #measure(): void {
    const { clock } = this.#options;
    clock.wallNs(clock.monotonicNs(), this.#now);
    recordLatency(this.#latency, diffNs(this.#now, publishedAt(this.#view)));
  }

  #tellGap(gap: RingGap): void {
    this.#board.forget();
    if (gap.last < this.#liveFrom) return;
    const first = Math.max(gap.first, this.#liveFrom);
    const { vendor } = this.#subscription.header;
    const loss = { ring: this.name, ringId: this.#ringId, first, last: gap.last };
    this.#options.hub.giveLoss({ ...loss, count: gap.last - first + 1 }, vendor);
  }

  /** The ring was replaced: what was left in the old one is gone, the new one is all news. */
  #onNewRing(closed: RingAccount): void {
    const { vendor } = this.#subscription.header;
    this.#hop.leave(closed.inFlight);
    if (closed.inFlight > 0) {
      const loss = { ring: this.name, ringId: this.#ringId, first: closed.cursor };
      const last = closed.published - 1;
      this.#options.hub.giveLoss({ ...loss, last, count: closed.inFlight }, vendor);
    }
    this.#ringId = formatRingId(this.#subscription.header.ringId);
    this.#isOwn = vendor === OWN_VENDOR;
    this.#board = this.#makeBoard();
    this.#liveFrom = this.#subscription.reader.start;
    this.#audiences.clear();
  }

  #makeBoard(): MarketBoard {
    const { directory } = this.#subscription;
    return new MarketBoard({ name: this.name, ringId: this.#ringId, directory });
  }
}
