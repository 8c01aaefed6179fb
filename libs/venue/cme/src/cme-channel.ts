import { StreamReason, StreamState, addNs } from '@tickwire/core';
import { LegArbiter } from '@tickwire/domain-arbitration';
import type { ArbiterSink, Gap, LegPacket } from '@tickwire/domain-arbitration';
import type { SnapshotRefusal } from '@tickwire/domain-book';
import type { ImageLimits, RecvStamp } from '@tickwire/domain-feed';
import { assembleChannel } from './channel-parts.ts';
import type { ChannelParts } from './channel-parts.ts';
import { limitsOf } from './channel-options.ts';
import type { CmeChannelOptions, RecoveryFeed, ReplayOutcome } from './channel-options.ts';
import type { CmeChannelStatus } from './channel-status.ts';
import type { CmeInstrument } from './instrument.ts';
import { Numbered, Numbering } from './numbering.ts';
import { PacketHeader } from './packet-header.ts';
import type { QueuedPacket } from './packet-queue.ts';
import { Pass } from './pass.ts';
import { ResumeMark } from './resume-mark.ts';
import type { CmeTallies } from './tallies.ts';

/** Sequences farther from the next one cannot be followed without further facts. */
const REACH = 65_536;

/**
 * One channel of config.xml: packets and times in; ticks, directory entries, gaps and requests out.
 * Two legs become one sequence, messages become ticks of books, trades, statistics and states, and
 * what is missing is recovered, visibly. Pure: no socket, no clock, no timer; times are the
 * caller's. Nothing that comes in makes it throw.
 *
 *   channel.incremental(packet);                       // of leg A or B, as it comes
 *   if (channel.isDue(nowNs)) channel.poll(nowNs); // after each batch, and when it is quiet
 */
export class CmeChannel {
  readonly #options: CmeChannelOptions;
  readonly #tallies: CmeTallies;
  readonly #parts: ChannelParts;
  readonly #arbiter: LegArbiter;
  readonly #numbering: Numbering;
  readonly #header = new PacketHeader();
  /** The moment of what is at hand. */
  readonly #recv: RecvStamp;
  readonly #mark: ResumeMark;
  /** Begun behind a mark, and no packet was gone through since. */
  #isFollowing: boolean;
  /** At hand: its header was read, and no other one since. */
  #arriving: Readonly<LegPacket> | undefined = undefined;
  #isSilent = false;

  /**
   * Begins: a recovery feed is joined before this returns.
   * @throws CmeError, ArbitrationError, DepthError: `BAD_OPTION` naming the option.
   */
  constructor(options: CmeChannelOptions) {
    const limits = limitsOf(options.limits);
    const { startNs, startWall = { hi: 0, lo: 0 }, arbiterCells } = options;
    this.#options = options;
    this.#tallies = options.tallies;
    this.#recv = { hi: startWall.hi, lo: startWall.lo, monotonicNs: startNs };
    this.#numbering = new Numbering({
      ...{ laterMs: limits.numberingMs, reach: REACH, futureMs: limits.badTimestampMs },
    });
    this.#parts = assembleChannel(options, { limits, recv: this.#recv }, this.#events());
    const { heartbeatMs, windowPackets, holeMs } = limits;
    const times = { startNs, heartbeatMs, holeMs };
    const cells = arbiterCells === undefined ? {} : { cells: arbiterCells };
    this.#mark = new ResumeMark(options.resumeCells);
    const { next: firstSequence, sent } = this.#mark;
    this.#isFollowing = firstSequence !== undefined;
    if (this.#isFollowing) this.#numbering.follow(sent);
    const follow = firstSequence === undefined ? {} : { firstSequence };
    const arbiterOptions = { ...times, ...cells, ...follow, windowPackets, reach: REACH };
    this.#arbiter = new LegArbiter(arbiterOptions, this.#arbiterSink());
    this.#parts.recovery.begin(startNs);
    this.#parts.emit.publish();
  }

  /** When `poll` has something to do, monotonic ns; `Infinity`: not before something comes. */
  get nextDueNs(): number {
    return Math.min(this.#arbiter.nextDueNs, this.#parts.recovery.nextDueNs);
  }

  /** Whether `poll` has something to do: cheaper to ask than `nextDueNs`. */
  isDue(nowNs: number): boolean {
    return nowNs >= this.#arbiter.nextDueNs || nowNs >= this.#parts.recovery.nextDueNs;
  }

  /** A packet of the incremental feed, leg A or B. Read before this returns. Never throws. */
  incremental(packet: Readonly<LegPacket>): void {
    const header = this.#header;
    if (!header.read(packet.bytes, packet.start, packet.end)) {
      this.#tallies.shortPackets.add(1);
      return;
    }
    this.#at(packet);
    switch (this.#numbering.judge(header, this.#recv, this.#arbiter.nextSequence)) {
      case Numbered.Straggler:
        this.#tallies.stragglers.add(1);
        return;
      case Numbered.Doubtful:
        this.#tallies.doubtful.add(1);
        return;
      case Numbered.New:
        this.#renumber(packet);
        break;
      case Numbered.Jumped:
        this.#arbiter.skipTo(header.sequence, packet.recvNs);
        break;
      default:
    }
    this.#arriving = packet;
    this.#arbiter.receive(packet);
    this.#arriving = undefined;
    this.#parts.emit.publish();
  }

  /** A packet of a recovery feed that was joined, of either of its lines. Never throws. */
  recovery(feed: RecoveryFeed, packet: Readonly<LegPacket>): void {
    const header = this.#header;
    if (!header.read(packet.bytes, packet.start, packet.end)) {
      this.#tallies.shortPackets.add(1);
      return;
    }
    const { loops, recovery, recoveryMessages, emit } = this.#parts;
    if (
      !loops.packet(feed, { leg: packet.leg, sequence: header.sequence, recvNs: packet.recvNs })
    ) {
      return;
    }
    this.#at(packet);
    this.#betweenPackets();
    if (recoveryMessages.read(feed, packet)) recovery.check(packet.recvNs);
    emit.publish();
  }

  /** A packet from the replay service, for request `id`. Never throws. */
  replayed(id: number, packet: Readonly<LegPacket>): void {
    if (this.#parts.replay.wants(id)) this.#takeMissing(packet);
    else this.#tallies.unwantedRecovery.add(1);
  }

  /** How the request ended. Once for each `requestReplay`; more do no harm. */
  replayEnded(id: number, _outcome: ReplayOutcome): void {
    const { replay, recovery, emit } = this.#parts;
    // Had all of it come, the request would not be wanted any more.
    if (!replay.wants(id)) return;
    this.#betweenPackets();
    recovery.replayFailed(this.#recv.monotonicNs);
    emit.publish();
  }

  /** Timers: call at or after `nextDueNs`; harmless at any other time. */
  poll(nowNs: number): void {
    this.#advanceTo(nowNs);
    this.#arbiter.poll(nowNs);
    this.#betweenPackets();
    this.#parts.recovery.poll(nowNs);
    this.#parts.emit.publish();
  }

  /** Whether an instrument of this symbol is defined. */
  has(symbol: string): boolean {
    return this.#parts.instruments.withSymbol(symbol) !== undefined;
  }

  /** Why `writeImage` would refuse now; `undefined` when it would not. */
  imageRefusal(symbol: string, limits: ImageLimits): SnapshotRefusal | undefined {
    return this.#parts.images.refusal(symbol, limits);
  }

  /**
   * Writes the book of `symbol` once more, for readers that came late: at once, or at the end of
   * the event that changes it. Between two packets only.
   * @returns Why nothing will be written; `undefined` when it will.
   */
  writeImage(symbol: string, limits: ImageLimits): SnapshotRefusal | undefined {
    const { images, emit } = this.#parts;
    this.#betweenPackets();
    emit.begin(this.#recv, undefined);
    const refusal = images.write(symbol, limits);
    emit.publish();
    return refusal;
  }

  /** A copy of what is visible: for health, reports, metrics. */
  status(): CmeChannelStatus {
    const { recovery, instruments, channelBooks, queue, depthCounts, drops } = this.#parts;
    return {
      channel: this.#options.channel,
      state: recovery.state,
      isSilent: this.#isSilent,
      instruments: instruments.count,
      books: channelBooks.levelStates(),
      ...(this.#options.orders && { orderBooks: channelBooks.orderStates() }),
      nextSequence: this.#arbiter.nextSequence,
      queue: { packets: queue.count, bytes: queue.usedBytes, bytesMax: queue.bytesMax },
      arbitration: this.#arbiter.counts,
      depth: depthCounts.toJson(),
      droppedByTemplate: drops.toJson(),
    };
  }

  #arbiterSink(): ArbiterSink {
    return {
      deliver: (packet) => this.#deliver(packet),
      gap: (gap) => this.#gap(gap),
      late: (packet) => this.#takeMissing(packet),
      legSilent: () => this.#tallies.legsSilent.add(1),
      channelSilent: () => this.#silent(),
      live: () => this.#spoke(),
    };
  }

  #events(): Parameters<typeof assembleChannel>[2] {
    return {
      damaged: () => this.#damaged(),
      channelReset: () => this.#channelReset(),
      definitionRead: (definition) => {
        const { loops, recovery } = this.#parts;
        if (loops.defined(definition)) recovery.definitionsKnown(this.#recv.monotonicNs);
      },
      reread: (packet, pass, only) => this.#reread(packet, pass, only),
    };
  }

  #deliver(packet: Readonly<LegPacket>): void {
    const header = this.#header;
    const { recovery, incremental, emit } = this.#parts;
    if (packet !== this.#arriving) {
      this.#arriving = undefined;
      if (!header.read(packet.bytes, packet.start, packet.end)) return;
      this.#at(packet);
    }
    this.#numbering.passed(header.sent, this.#recv);
    recovery.arriving(packet, this.#recv);
    this.#begin(packet.sequence, Pass.Live);
    incremental.read(packet.bytes, packet.start, packet.end);
    recovery.passed();
    emit.publish();
    this.#isFollowing = false;
    this.#mark.passed(packet.sequence, header.sent);
  }

  /** A packet that was missing: of use when it is the next one. */
  #takeMissing(packet: Readonly<LegPacket>): void {
    const { recovery, incremental, emit } = this.#parts;
    const header = this.#header;
    const isHeader = header.read(packet.bytes, packet.start, packet.end);
    if (!isHeader || !recovery.wantsPacket(header.sequence)) {
      this.#tallies.unwantedRecovery.add(1);
      return;
    }
    this.#tallies.replayedPackets.add(1);
    this.#at(packet);
    this.#begin(header.sequence, Pass.Replayed);
    incremental.read(packet.bytes, packet.start, packet.end);
    emit.publish();
    this.#betweenPackets();
    recovery.arrived(packet.recvNs);
    emit.publish();
  }

  #reread(packet: QueuedPacket, pass: Pass, only: CmeInstrument | undefined): void {
    const { queue, incremental, gate, emit, ticks } = this.#parts;
    const { sequence } = ticks;
    if (pass === Pass.Waiting) {
      emit.publish();
      this.#moveTo(packet.recv);
    }
    gate.only = only;
    this.#begin(packet.sequence, pass);
    incremental.read(queue.bytes, packet.start, packet.end);
    gate.only = undefined;
    ticks.sequence = sequence;
    this.#begin(sequence, Pass.Live);
  }

  /** What is done now is not of a packet, but of how things are behind the last one. */
  #betweenPackets(): void {
    this.#begin(this.#parts.recovery.lastSequence, Pass.Live);
  }

  #begin(sequence: number, pass: Pass): void {
    const { gate, ticks } = this.#parts;
    gate.pass = pass;
    gate.sequence = sequence;
    ticks.sequence = sequence;
    ticks.isLate = pass !== Pass.Live;
  }

  #gap({ first, count, noticedBy, noticedNs }: Gap): void {
    const { streams, recovery } = this.#parts;
    this.#advanceTo(noticedNs);
    streams.channelGap({ first, count }, this.#isFollowing ? 'writer-restarted' : noticedBy);
    recovery.gap({ first, count, canReplay: true }, noticedNs);
  }

  /** What the packet brought is not all known: as if it were missing, and asked for in vain. */
  #damaged(): void {
    const { streams, recovery, gate } = this.#parts;
    const missing = { first: gate.sequence, count: 1 };
    streams.channelGap(missing, 'sequence');
    recovery.gap({ ...missing, canReplay: false }, this.#recv.monotonicNs);
  }

  #channelReset(): void {
    this.#tallies.channelResets.add(1);
    this.#parts.recovery.channelReset(this.#parts.gate.pass);
  }

  #renumber(packet: Readonly<LegPacket>): void {
    this.#tallies.numberings.add(1);
    // What was sent of the old numbering while nobody listened, nobody can say.
    if (this.#isFollowing) this.#parts.streams.channelGap(undefined, 'writer-restarted');
    this.#isFollowing = false;
    const { sequence, sent } = this.#header;
    this.#numbering.begin(sent, packet.recvNs);
    // What is held is of the old week: its books are given up anyway.
    this.#arbiter.reset(sequence, { nowNs: packet.recvNs, held: 'deliver' });
    this.#parts.recovery.renumbered(sequence, packet.recvNs);
  }

  /** While a recovery is under way, what readers have of the channel says more than silence. */
  #silent(): void {
    const { streams } = this.#parts;
    this.#tallies.channelsSilent.add(1);
    this.#isSilent = true;
    if (streams.channel !== StreamState.Live) return;
    streams.channelIs(StreamState.Stale, StreamReason.HeartbeatMissed);
  }

  #spoke(): void {
    const { streams } = this.#parts;
    this.#isSilent = false;
    if (streams.channel !== StreamState.Stale) return;
    streams.channelIs(StreamState.Live, StreamReason.Connected);
  }

  #at({ recvNs, recvWall }: Readonly<LegPacket>): void {
    this.#recv.monotonicNs = recvNs;
    this.#recv.hi = recvWall.hi;
    this.#recv.lo = recvWall.lo;
  }

  #moveTo(recv: Readonly<RecvStamp>): void {
    this.#recv.monotonicNs = recv.monotonicNs;
    this.#recv.hi = recv.hi;
    this.#recv.lo = recv.lo;
  }

  /** To a moment at which no packet came. */
  #advanceTo(nowNs: number): void {
    const recv = this.#recv;
    if (nowNs <= recv.monotonicNs) return;
    addNs(recv, nowNs - recv.monotonicNs);
    recv.monotonicNs = nowNs;
  }
}
