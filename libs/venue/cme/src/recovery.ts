import { StreamReason, StreamState } from '@tickwire/core';
import { BooksAhead } from './books-ahead.ts';
import type { ChannelBooks } from './channel-books.ts';
import type { CmeChannelLimits } from './channel-options.ts';
import type { ChannelState } from './channel-status.ts';
import type { CmeInstrument } from './instrument.ts';
import type { LoopReader } from './loop-reader.ts';
import { MissingPackets } from './missing-packets.ts';
import type { PacketQueue, QueuedPacket } from './packet-queue.ts';
import { Pass } from './pass.ts';
import type { ReplayService } from './replay-service.ts';
import type { SnapshotTarget } from './snapshot-messages.ts';
import type { StreamTicks } from './stream-ticks.ts';
import type { CmeTallies } from './tallies.ts';

/** How often it is looked whether all books are right, ns. */
const CHECK_NS = 20e6;

export interface RecoveryOptions {
  readonly limits: CmeChannelLimits;
  readonly books: ChannelBooks;
  readonly streams: StreamTicks;
  readonly queue: PacketQueue;
  readonly replay: ReplayService;
  readonly loops: LoopReader;
  readonly tallies: CmeTallies;
  /** Goes through a packet of the queue once more. */
  readonly reread: (packet: QueuedPacket, pass: Pass, only: CmeInstrument | undefined) => void;
}

/**
 * What a channel does about missing packets, and how it begins.
 *
 *   definitions ──all known──▶ snapshots ──all books right──▶ live
 *                                 ▲  ▲                        │  │
 *                                 │  └── gap, no replay ──────┘  │ gap
 *                                 └── failed ──── replay ◀───────┘
 *                                                   └─ complete ─▶ live
 *
 * Packets that come meanwhile are gone through at once, for all that RptSeq shows to be right, and
 * queued: after a replay for what waited, after a snapshot for its instrument alone.
 */
export class Recovery implements SnapshotTarget {
  state: ChannelState = 'definitions';
  floor = 0;
  lastSequence = 0;
  readonly #parts: RecoveryOptions;
  readonly #missing = new MissingPackets();
  /** Place of the first packet of the queue that what waits has not been given. */
  #waitingFrom = 0;
  /** A book was lost during a replay: it needs a snapshot even if the replay is complete. */
  #needsSnapshots = false;
  #snapshotSequence: number | undefined = undefined;
  #checkedNs = 0;
  readonly #ahead = new BooksAhead();

  constructor(parts: RecoveryOptions) {
    this.#parts = parts;
  }

  begin(nowNs: number): void {
    this.state = 'definitions';
    this.#parts.streams.channelIs(StreamState.Recovering, StreamReason.Started);
    if (!this.#parts.loops.need('definitions', true, nowNs)) this.definitionsKnown(nowNs);
  }

  /** When `poll` has something to do; `Infinity` while nothing is asked for and nothing joined. */
  get nextDueNs(): number {
    return this.state === 'live' ? Infinity : this.#dueNs();
  }

  #dueNs(): number {
    const { replay, loops } = this.#parts;
    const checkNs = this.state === 'snapshots' ? this.#checkedNs + CHECK_NS : Infinity;
    return Math.min(replay.deadlineNs, loops.nextDueNs, checkNs);
  }

  /** Every instrument is known. */
  definitionsKnown(nowNs: number): void {
    if (this.state !== 'definitions') return;
    this.#parts.loops.leave('definitions');
    this.#readSnapshots(nowNs);
  }

  /** An incremental packet comes, before it is gone through. */
  arriving(
    packet: { sequence: number; bytes: Uint8Array; start: number; end: number },
    recv: QueuedPacket['recv'],
  ): void {
    this.lastSequence = packet.sequence;
    if (this.state !== 'replay' && this.state !== 'snapshots') return;
    if (this.#parts.queue.push(packet, recv)) return;
    this.#overflowed(recv.monotonicNs);
    this.#parts.queue.push(packet, recv);
  }

  /** Packets are missing. @param gap.canReplay - The replay service may have them. */
  gap(gap: { first: number; count: number; canReplay: boolean }, nowNs: number): void {
    const { books } = this.#parts;
    const { first, count } = gap;
    const last = first + count - 1;
    this.lastSequence = Math.max(this.lastSequence, last);
    books.hide();
    if (this.state === 'replay') {
      books.awaitReplay();
      if (!gap.canReplay || !this.#addMissing(first, count)) this.#giveUpReplay(last, nowNs);
    } else if (this.state === 'live' && gap.canReplay && this.#beginReplay(first, count, nowNs)) {
      books.awaitReplay();
    } else {
      books.doubt();
      if (this.state === 'live') this.#readSnapshots(nowNs);
      else if (this.state === 'snapshots') this.#enterSnapshots(last, nowNs);
    }
  }

  /** A book is not right, though no packet is missing. */
  lost({ depth, orders }: CmeInstrument, nowNs: number): void {
    if (this.state === 'live') this.#readSnapshots(nowNs);
    else if (this.state === 'snapshots') {
      depth.beginRecovery();
      orders?.condition.recovering();
    } else if (this.state === 'replay') this.#needsSnapshots = true;
  }

  /** Whether a packet is the one that is missing next: then give it, and tell `arrived`. */
  wantsPacket(sequence: number): boolean {
    return this.state === 'replay' && !this.#missing.isEmpty && this.#missing.next === sequence;
  }

  /** The packet that was missing next was gone through. */
  arrived(nowNs: number): void {
    // A reset in it, or damage, may have ended the replay.
    if (this.state !== 'replay' || !this.#missing.arrived()) return;
    const { replay } = this.#parts;
    this.#giveWaiting(this.#missing.isEmpty ? Infinity : this.#missing.next);
    const wanted = this.#missing.wanted;
    if (wanted === undefined) this.#replayComplete(nowNs);
    else if (!replay.ask(wanted, nowNs)) this.#giveUpReplay(this.#missing.last, nowNs);
    else this.#parts.tallies.replaysAsked.add(1);
  }

  /** The request has ended, and something is still missing. */
  replayFailed(nowNs: number): void {
    if (this.state === 'replay') this.#giveUpReplay(this.#missing.last, nowNs);
  }

  /** Goes through the packets behind `sequence` for one instrument whose snapshot was loaded. */
  catchUp(instrument: CmeInstrument, sequence: number, pass: Pass): void {
    const { queue, reread } = this.#parts;
    for (let place = queue.placeBehind(sequence); place < queue.count; place++) {
      reread(queue.at(place), pass, instrument);
    }
  }

  snapshotUsed(instrument: CmeInstrument, sequence: number): void {
    this.#snapshotSequence = Math.max(sequence, this.#snapshotSequence ?? 0);
    if (sequence > this.lastSequence) this.#ahead.add(instrument, sequence);
  }

  /** A packet was gone through: books whose snapshots were ahead of it may be due now. */
  passed(): void {
    if (this.#ahead.count > 0) this.#showReached();
  }

  /** The exchange has emptied all books. @param pass - Of the packet that says so. */
  channelReset(pass: Pass): void {
    const { books, loops } = this.#parts;
    books.reset(pass === Pass.Replayed);
    if (pass === Pass.Replayed) return;
    this.#forget();
    if (this.state === 'definitions') return;
    loops.leave('snapshots');
    loops.leave('order-snapshots');
    this.#goLive('reset');
  }

  /** Packets and reports are numbered anew, from `sequence` on. */
  renumbered(sequence: number, nowNs: number): void {
    const { books, streams } = this.#parts;
    books.hide();
    books.restart();
    this.#forget();
    this.lastSequence = sequence - 1;
    streams.repairChannel({ means: 'reset', snapshotSequence: undefined });
    this.begin(nowNs);
  }

  poll(nowNs: number): void {
    const { replay, loops } = this.#parts;
    if (nowNs >= replay.deadlineNs) this.replayFailed(nowNs);
    loops.poll(nowNs);
    if (this.state === 'snapshots' && nowNs >= this.#checkedNs + CHECK_NS) this.check(nowNs);
  }

  /** Looks which feeds are needed still. */
  check(nowNs: number): void {
    if (this.state !== 'snapshots') return;
    this.#checkedNs = nowNs;
    const { books, loops } = this.#parts;
    const { areLevelsRight, areOrdersRight } = books;
    loops.need('snapshots', !areLevelsRight, nowNs);
    loops.need('order-snapshots', !areOrdersRight, nowNs);
    if (areLevelsRight && areOrdersRight) this.#goLive('snapshot');
  }

  #showReached(): void {
    const { lastSequence } = this;
    let instrument = this.#ahead.take(lastSequence);
    while (instrument !== undefined) {
      this.#parts.books.showReached(instrument);
      instrument = this.#ahead.take(lastSequence);
    }
  }

  #beginReplay(first: number, count: number, nowNs: number): boolean {
    const { replay, queue, tallies } = this.#parts;
    if (!replay.ask({ first, last: first + count - 1 }, nowNs)) {
      tallies.replaysPassed.add(1);
      return false;
    }
    tallies.replaysAsked.add(1);
    this.state = 'replay';
    this.#missing.add(first, count);
    this.#waitingFrom = 0;
    this.#needsSnapshots = false;
    queue.clear();
    return true;
  }

  #addMissing(first: number, count: number): boolean {
    const { replayPacketsMax } = this.#parts.limits;
    return this.#missing.count + count <= replayPacketsMax && this.#missing.add(first, count);
  }

  /** Packets of the queue before `end` are given to what waited for those that were missing. */
  #giveWaiting(end: number): void {
    const { queue, reread } = this.#parts;
    while (this.#waitingFrom < queue.count) {
      const packet = queue.at(this.#waitingFrom);
      if (packet.sequence >= end) return;
      this.#waitingFrom += 1;
      reread(packet, Pass.Waiting, undefined);
    }
  }

  #replayComplete(nowNs: number): void {
    const { books, replay, queue, tallies } = this.#parts;
    tallies.replaysComplete.add(1);
    replay.giveUp();
    queue.clear();
    books.endReplay();
    if (this.#needsSnapshots) this.#readSnapshots(nowNs);
    else this.#goLive('replay');
  }

  /** @param last - The last packet that is missing. */
  #giveUpReplay(last: number, nowNs: number): void {
    const { books, replay, tallies } = this.#parts;
    tallies.replaysFailed.add(1);
    replay.giveUp();
    this.#missing.clear();
    books.giveUpReplay();
    this.#giveWaiting(Infinity);
    books.releaseHeld();
    this.#enterSnapshots(last, nowNs);
  }

  /** There is no room for the packets that a recovery needs: it begins again. */
  #overflowed(nowNs: number): void {
    const { books, replay, queue, tallies } = this.#parts;
    tallies.queueOverflows.add(1);
    queue.clear();
    if (this.state === 'replay') {
      tallies.replaysFailed.add(1);
      replay.giveUp();
      this.#missing.clear();
      books.giveUpReplay();
      books.releaseHeld();
    }
    this.#enterSnapshots(this.lastSequence - 1, nowNs);
  }

  /** From here on packets are queued: snapshots have to be at least as new as the last one. */
  #readSnapshots(nowNs: number): void {
    this.#parts.queue.clear();
    this.#enterSnapshots(this.lastSequence, nowNs);
  }

  #enterSnapshots(floor: number, nowNs: number): void {
    this.state = 'snapshots';
    this.floor = Math.max(this.floor, floor);
    this.#snapshotSequence = undefined;
    this.#parts.books.beginRecovery();
    this.check(nowNs);
  }

  #goLive(means: 'snapshot' | 'replay' | 'reset'): void {
    const { streams, queue } = this.#parts;
    this.state = 'live';
    queue.clear();
    const snapshotSequence = means === 'snapshot' ? this.#snapshotSequence : undefined;
    streams.repairChannel({ means, snapshotSequence });
    const reason = means === 'snapshot' ? StreamReason.SnapshotLoaded : StreamReason.None;
    streams.channelIs(StreamState.Live, reason);
  }

  #forget(): void {
    this.#ahead.clear();
    const { replay, queue } = this.#parts;
    this.floor = 0;
    this.#missing.clear();
    replay.giveUp();
    queue.clear();
  }
}
