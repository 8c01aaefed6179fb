/**
 * Keeps each symbol's book joined to the venue's stream of changes.
 *
 *   unknown ──subscribed──▶ recovering ──snapshot joins──▶ live
 *                              ▲  ▲                         │
 *                              │  └──── next change ◀─ gap ◀┤ hole in the sequence
 *                              └──────── subscribed ◀─ gap ◀┘ connection lost
 *
 * Rule of the venue: a change joins when sequenceStart ≤ last + 1 and sequenceEnd > last. Two
 * questions are kept apart. Is the *stream* whole? Asked of every change when it comes, buffered
 * or not, so that each hole is noticed once and counted exactly. Is the *book* joined? Asked when
 * a change is applied.
 */
import { StreamReason, StreamState, stampToBigInt } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { GapLedger } from '@tickwire/domain-feed';
import type {
  NoticedGap,
  RecvStamp,
  Relocation,
  ResumePoint,
  TickEmitter,
} from '@tickwire/domain-feed';
import type { BookWriter } from './book-writer.ts';
import { KucoinDecodeError } from './errors.ts';
import { MessageOutcome } from './message-outcome.ts';
import { OPEN_GAPS_MAX } from './symbol-state.ts';
import type { SymbolState } from './symbol-state.ts';
import type { KucoinSink } from './sink.ts';
import type { Tallies } from './tallies.ts';
import { VENDOR } from './vendor.ts';

/** Messages of old sequences in an unbroken row that mean the venue counts anew. */
const RESTART_RUN = 64;

/** One delta or snapshot, read: the sequences it spans; its levels are in the level list. */
export interface LevelMessage {
  start: number;
  end: number;
}

/** Venue sequences that did not come, and how that showed. */
interface Hole {
  first: number;
  count: number;
  noticedBy: 'disconnect' | 'writer-restarted' | 'sequence';
}

const REASONS = {
  disconnect: StreamReason.Disconnected,
  'writer-restarted': StreamReason.WriterRestarted,
  sequence: StreamReason.SequenceGap,
} as const;

export class BookSync {
  readonly ledger: GapLedger;
  readonly #emit: TickEmitter;
  readonly #sink: KucoinSink;
  readonly #tallies: Tallies;
  readonly #writer: BookWriter;
  readonly #needSnapshot: (symbol: string, attempt: number) => void;
  #buffered = 0;

  constructor(parts: {
    emit: TickEmitter;
    sink: KucoinSink;
    tallies: Tallies;
    writer: BookWriter;
    needSnapshot: (symbol: string, attempt: number) => void;
  }) {
    this.#emit = parts.emit;
    this.#sink = parts.sink;
    this.#tallies = parts.tallies;
    this.#writer = parts.writer;
    this.#needSnapshot = parts.needSnapshot;
    this.ledger = new GapLedger(VENDOR, (record) => parts.sink.gap?.(record));
  }

  /** Makes the first directory entry of `state`. @throws KucoinDecodeError `DIRECTORY_FULL`. */
  define(state: SymbolState): void {
    if (state.index >= 0) return;
    const index = this.#sink.define(state.entry);
    if (index === undefined) {
      throw new KucoinDecodeError('DIRECTORY_FULL', { field: state.symbol, offset: 0 });
    }
    state.index = index;
  }

  /** The stream of `state` begins (again): its book needs a snapshot. */
  start(state: SymbolState, reason: StreamReason): void {
    if (state.snapshotAttempt > 0) return;
    this.changeStream(state, StreamState.Recovering, reason);
    this.#askSnapshot(state);
  }

  changeStream(state: SymbolState, to: StreamState, reason: StreamReason): void {
    if (state.stream === to) return;
    this.#tallies.ticksImplied.add(1);
    this.#emit.stream(state, { state: to, previous: state.stream, reason });
    state.stream = to;
  }

  /** One message of changes, read into the level list. `bytes` are kept when it has to wait. */
  onDelta(
    state: SymbolState,
    delta: Readonly<LevelMessage>,
    frame: { bytes: Uint8Array; recv: Readonly<RecvStamp> },
  ): MessageOutcome {
    if (delta.end <= state.lastSeen && !this.#isRestart(state, delta)) {
      this.#tallies.duplicate.add(1);
      return MessageOutcome.Duplicate;
    }
    state.backwardRun = 0;
    this.#noticeHole(state, delta, frame.recv);
    if (state.synced && delta.start > state.lastApplied + 1) this.#snapshotWasBehind(state);
    let outcome: MessageOutcome = MessageOutcome.Accepted;
    if (!state.synced) outcome = this.#keep(state, delta, frame);
    else if (delta.end <= state.lastApplied) {
      this.#tallies.superseded.add(1);
      outcome = MessageOutcome.Superseded;
    } else this.#writer.applyDelta(state, delta);
    state.lastSeen = delta.end;
    state.lastRecvHi = frame.recv.hi;
    state.lastRecvLo = frame.recv.lo;
    return outcome;
  }

  /**
   * A snapshot read into the level list. True when the book is live on it; then the changes that
   * waited are next: the caller reads each again and gives it to `onWaiting`.
   */
  onSnapshot(state: SymbolState, sequence: number, recv: Readonly<RecvStamp>): boolean {
    if (state.synced) return false;
    if (sequence < state.snapshotFloor) {
      this.#tallies.snapshotsTooOld.add(1);
      this.#askSnapshot(state);
      return false;
    }
    this.#writer.fitDigits(state);
    this.#coverLoss(state, sequence, recv);
    this.#writer.loadSnapshot(state, sequence);
    this.#repairLedger(state, sequence, recv);
    this.#tallies.snapshots.add(1);
    state.snapshotAttempt = 0;
    this.changeStream(state, StreamState.Live, StreamReason.SnapshotLoaded);
    return true;
  }

  /** A change that waited, read again into the level list. Its order and holes are known. */
  onWaiting(state: SymbolState, delta: Readonly<LevelMessage>): void {
    if (delta.end <= state.lastApplied) {
      this.#tallies.superseded.add(1);
      return;
    }
    this.#writer.applyDelta(state, delta);
    this.#tallies.accepted.add(1);
  }

  /** A change that waited cannot be used after all (out of range): a hole like any other. */
  waitingFailed(
    state: SymbolState,
    delta: Readonly<LevelMessage>,
    recv: Readonly<RecvStamp>,
  ): void {
    const first = Math.max(delta.start, state.lastApplied + 1);
    const hole: Hole = { first, count: delta.end - first + 1, noticedBy: 'sequence' };
    this.#declareHole(state, hole, recv);
    state.snapshotFloor = Math.max(state.snapshotFloor, delta.end);
  }

  /** `count` messages left the buffers. */
  released(count: number): void {
    this.#buffered -= count;
    this.#tallies.buffered.set(this.#buffered);
  }

  /** The snapshot came but could not be used: ask again. */
  snapshotFailed(state: SymbolState): void {
    if (!state.synced && state.snapshotAttempt > 0) this.#askSnapshot(state);
  }

  /** The connection is gone: the book is not to be trusted, what waited is superseded. */
  disconnect(state: SymbolState): void {
    if (state.stream === StreamState.Live) this.#tallies.resyncs.add(1);
    const waiting = state.buffer.take().length;
    this.#tallies.superseded.add(waiting);
    this.released(waiting);
    state.synced = false;
    state.snapshotAttempt = 0;
    state.gapBefore = true;
    state.resuming = true;
    state.lostBy = 'disconnect';
    state.snapshotFloor = Math.max(state.snapshotFloor, state.lastSeen);
    state.stream = StreamState.Gap;
  }

  /** Another writer of this ring stopped at `point`: what follows joins there, or shows a hole. */
  resume(state: SymbolState, point: ResumePoint): void {
    state.lastSeen = point.sequence;
    state.snapshotFloor = point.sequence;
    state.lastRecvHi = point.recvHi;
    state.lastRecvLo = point.recvLo;
    state.gapBefore = true;
    state.resuming = true;
    state.lostBy = 'writer-restarted';
  }

  /** Goes on with `state` under the entry that `relocate` gives; false when it gives none. */
  relocate(state: SymbolState, relocate: Relocation): boolean {
    const index = relocate(state);
    if (index === undefined) return false;
    state.index = index;
    state.coarser.length = 0;
    if (!state.synced) return true;
    try {
      this.#writer.showAgain(state);
    } catch (error) {
      if (!(error instanceof KucoinDecodeError)) throw error;
      // No room for an entry of its large sizes: it waits there for a snapshot, as it would here.
      this.#tallies.resyncs.add(1);
      this.#resync(state, StreamReason.Started);
    }
    return true;
  }

  #askSnapshot(state: SymbolState): void {
    state.snapshotAttempt += 1;
    this.#needSnapshot(state.symbol, state.snapshotAttempt);
  }

  /**
   * Old sequences are repeats or latecomers. A long unbroken run of them is the venue counting
   * anew: without this the book would stay dead for ever.
   */
  #isRestart(state: SymbolState, delta: Readonly<LevelMessage>): boolean {
    const goesOn = delta.start === state.backwardNext;
    state.backwardRun = goesOn ? state.backwardRun + 1 : 1;
    state.backwardNext = delta.end + 1;
    if (state.backwardRun < RESTART_RUN) return false;
    this.#tallies.sequenceRestarts.add(1);
    state.lastSeen = -1;
    state.lastApplied = -1;
    state.snapshotFloor = delta.start - 1;
    state.gapBefore = true;
    this.#resync(state, StreamReason.SequenceGap);
    return true;
  }

  /** Is anything missing between the last change received and this one? */
  #noticeHole(state: SymbolState, delta: Readonly<LevelMessage>, recv: Readonly<RecvStamp>): void {
    const resuming = state.resuming;
    state.resuming = false;
    if (state.lastSeen < 0 || delta.start <= state.lastSeen + 1) return;
    const first = state.lastSeen + 1;
    const noticedBy = resuming ? state.lostBy : 'sequence';
    this.#declareHole(state, { first, count: delta.start - first, noticedBy }, recv);
    state.snapshotFloor = Math.max(state.snapshotFloor, delta.start - 1);
  }

  /** After a lost connection the snapshot may come before any change: it tells what was missed. */
  #coverLoss(state: SymbolState, sequence: number, recv: Readonly<RecvStamp>): void {
    if (!state.resuming || state.lastSeen < 0 || sequence <= state.lastSeen) return;
    const first = state.lastSeen + 1;
    const hole: Hole = { first, count: sequence - state.lastSeen, noticedBy: state.lostBy };
    this.#declareHole(state, hole, recv);
    state.resuming = false;
    state.lastSeen = sequence;
  }

  #declareHole(state: SymbolState, hole: Hole, recv: Readonly<RecvStamp>): void {
    const { noticedBy, ...missing } = hole;
    const from: StampNs = { hi: state.lastRecvHi, lo: state.lastRecvLo };
    const ledgerId = this.#openGap(state, {
      symbol: state.symbol,
      noticedBy,
      missing,
      fromTs: stampToBigInt(from).toString(),
      noticedTs: stampToBigInt(recv).toString(),
    });
    this.#tallies.gaps.add(1);
    this.#tallies.missingSequences.add(missing.count);
    this.#tallies.ticksImplied.add(1);
    const reason = REASONS[noticedBy];
    const previous = state.stream;
    this.#emit.stream(state, { state: StreamState.Gap, previous, reason, missing, from, ledgerId });
    state.stream = StreamState.Gap;
    state.gapBefore = true;
    this.#resync(state, reason);
  }

  /** Nothing was lost, but the snapshot the book is live on ends before this change begins. */
  #snapshotWasBehind(state: SymbolState): void {
    this.#tallies.snapshotsBehind.add(1);
    this.#resync(state, StreamReason.Started);
  }

  #resync(state: SymbolState, reason: StreamReason): void {
    if (state.synced) {
      this.#tallies.resyncs.add(1);
      state.synced = false;
    }
    this.changeStream(state, StreamState.Recovering, reason);
    if (state.snapshotAttempt === 0) this.#askSnapshot(state);
  }

  #openGap(state: SymbolState, gap: NoticedGap): number {
    const last = state.openGaps.at(-1);
    if (state.openGaps.length >= OPEN_GAPS_MAX && last !== undefined && gap.missing) {
      last.missing = (last.missing ?? 0) + gap.missing.count;
      last.lastMissing = (gap.missing.first + gap.missing.count - 1).toString();
      return last.id;
    }
    const record = this.ledger.open(gap);
    state.openGaps.push(record);
    return record.id;
  }

  #repairLedger(state: SymbolState, sequence: number, recv: Readonly<RecvStamp>): void {
    const repairedTs = stampToBigInt(recv).toString();
    for (const record of state.openGaps) {
      this.ledger.repair(record, { repairedTs, snapshotSequence: sequence.toString() });
    }
    state.openGaps.length = 0;
    const channel = state.channelGap;
    state.channelGap = undefined;
    if (channel === undefined) return;
    channel.waiting -= 1;
    if (channel.waiting > 0) return;
    this.ledger.repair(channel.record, { repairedTs, snapshotSequence: undefined });
  }

  #keep(
    state: SymbolState,
    delta: Readonly<LevelMessage>,
    frame: { bytes: Uint8Array; recv: Readonly<RecvStamp> },
  ): MessageOutcome {
    if (state.snapshotAttempt === 0) this.start(state, StreamReason.Started);
    if (state.buffer.count === 0) {
      state.snapshotFloor = Math.max(state.snapshotFloor, delta.start - 1);
    }
    if (!state.buffer.push(frame.bytes, frame.recv)) {
      return this.#overflow(state, delta, frame);
    }
    this.released(-1);
    return MessageOutcome.Buffered;
  }

  /** Policy: all that waited goes, and a snapshot at or behind this change is needed. */
  #overflow(
    state: SymbolState,
    delta: Readonly<LevelMessage>,
    frame: { bytes: Uint8Array; recv: Readonly<RecvStamp> },
  ): MessageOutcome {
    const dropped = state.buffer.take().length;
    this.#tallies.droppedOverflow.add(dropped);
    this.released(dropped);
    if (!state.buffer.push(frame.bytes, frame.recv)) {
      this.#tallies.droppedOverflow.add(1);
      state.snapshotFloor = Math.max(state.snapshotFloor, delta.end);
      return MessageOutcome.Dropped;
    }
    state.snapshotFloor = Math.max(state.snapshotFloor, delta.start - 1);
    this.released(-1);
    return MessageOutcome.Buffered;
  }
}
