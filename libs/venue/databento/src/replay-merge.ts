/**
 * Records of sessions that end, skip and replay, as one sequence in which each comes once:
 *
 *   following ── hole, skip ──▶ suspended ── lead(replay) ──▶ repairing ── overlap ──▶ following
 *       │                           │ what comes is held          │ the replay leads, what the live
 *      end                         end                            │ session beside sends is held
 *       ▼                           ▼                            end
 *     ended ◀─────────────────────────────────────────────────────┘
 *       └── lead(replay) ──▶ following
 *
 * A stream is one schema of one instrument from one publisher. Its records come in the order of
 * (ts_event, sequence), so what of a replay lies before the last one handed on is a duplicate, and
 * of those at its very place the first `count` are. Held records come before what of the replay
 * lies behind them: one that the replay passes over shows that it leaves records out.
 */
import type { StampNs } from '@tickwire/core';
import { addNs, diffNs } from '@tickwire/core';
import { HeldRecords } from './held-records.ts';
import type { HeldRecord } from './held-records.ts';
import { RecordIdentity } from './record-identity.ts';
import type { LiveRecord } from './record-identity.ts';
import { createMergeCounts } from './merge-options.ts';
import type { MergeCounts, MissingRecords, ReplayMergeOptions } from './merge-options.ts';
import {
  StreamPositions,
  advance,
  comparePlaces,
  holeBefore,
  isBefore,
  isLater,
} from './stream-positions.ts';
import type { StreamPosition } from './stream-positions.ts';

/** No session. Numbers of sessions begin at 1. */
const NONE = 0;
/** A record stamped later than this after its receipt is not believed to know the time. */
const AHEAD_NS_MAX = 1e9;
const ABSENT_WORD = 0xffff_ffff;

export class ReplayMerge {
  readonly counts: MergeCounts = createMergeCounts();
  readonly #options: ReplayMergeOptions;
  readonly #identity = new RecordIdentity();
  readonly #heldIdentity = new RecordIdentity();
  readonly #positions: StreamPositions;
  readonly #held: HeldRecords;
  readonly #last: StampNs = { hi: 0, lo: 0 };
  readonly #start: StampNs = { hi: 0, lo: 0 };
  /** Latest time that the leading session has sent. */
  readonly #passed: StampNs = { hi: 0, lo: 0 };
  #leader = NONE;
  #beside = NONE;
  /** The stream for whose hole a replay is wanted. */
  #holed: StreamPosition | undefined;
  /** Up to here the leading session repeats what was repaired: its holes are not repaired again. */
  readonly #repairedTo: StampNs = { hi: 0, lo: 0 };
  #beginsRepair = false;
  /** Time of the last record before replays were given up: holes behind older ones stay. */
  readonly #givenUpTo: StampNs = { hi: 0, lo: 0 };
  /** Of the record that is being handed on or held. */
  #sender = NONE;
  /** Counts the times at which another session came to lead. */
  #replay = 0;
  #isReplay = false;

  constructor(options: ReplayMergeOptions) {
    this.#options = options;
    this.#positions = new StreamPositions(options.streamsMax);
    this.#held = new HeldRecords(options.heldBytesMax);
  }

  /** Records that wait for a replay. */
  get held(): number {
    return this.#held.count;
  }

  /** Records are held until a replay is led in. */
  get isSuspended(): boolean {
    return this.#leader === NONE && this.#beside !== NONE;
  }

  /**
   * Whether `session` is to go on. One beside is not any more as soon as the replay has reached
   * what it sent.
   */
  isNeeded(session: number): boolean {
    return session === this.#leader || session === this.#beside;
  }

  /** Whether what `session` sends is handed on as it comes. */
  isLeading(session: number): boolean {
    return session === this.#leader;
  }

  /**
   * From when on to ask for records again.
   * @returns false, and nothing written, when no record was handed on yet.
   */
  resumePoint(into: StampNs): boolean {
    if (this.#last.hi === 0) return false;
    into.hi = this.#last.hi;
    into.lo = this.#last.lo;
    addNs(into, -this.#options.overlapMs * 1e6);
    const hole = this.#holed;
    if (hole !== undefined && diffNs({ hi: hole.tsHi, lo: hole.tsLo }, into) < 0) {
      into.hi = hole.tsHi;
      into.lo = hole.tsLo;
    }
    return true;
  }

  /** Time of the last record handed on. False, and nothing written, when there is none. */
  lastTime(into: StampNs): boolean {
    into.hi = this.#last.hi;
    into.lo = this.#last.lo;
    return this.#last.hi !== 0;
  }

  /** Whether the leading session has sent a record of `time` or later. */
  hasPassed(time: Readonly<StampNs>): boolean {
    return this.#passed.hi !== 0 && diffNs(this.#passed, time) >= 0;
  }

  /**
   * `session` gives the records from now on: from `start` on when it replays, else from now. One
   * that leads already goes on beside it, held, if it is suspended.
   */
  lead(session: number, start: Readonly<StampNs> | undefined): void {
    this.#leader = session;
    this.#passed.hi = 0;
    this.#replay += 1;
    this.#isReplay = start !== undefined;
    this.#beginsRepair = this.#isReplay && this.#holed !== undefined;
    this.#repairedTo.hi = 0;
    if (start === undefined) return;
    this.#start.hi = start.hi;
    this.#start.lo = start.lo;
  }

  /** The leading session left records out: hold what it sends until a replay has brought them. */
  suspend(): void {
    if (this.#leader === NONE) return;
    this.#beside = this.#leader;
    this.#leader = NONE;
  }

  /** `session` is over. What of it is held stays. */
  end(session: number): void {
    if (session === this.#leader) this.#leader = NONE;
    if (session === this.#beside) this.#beside = NONE;
  }

  /**
   * No replay will come: what is held is handed on, and what is live leads as it is. The next
   * resume point is that of a later record.
   */
  giveUp(): void {
    for (const held of this.#held.waiting()) {
      const identity = this.#heldIdentity.read(held);
      const position = this.#positions.find(identity);
      if (position === undefined) continue;
      position.held = [];
      this.#held.done(held);
      this.#handOnOne(position, held);
    }
    if (this.#last.hi !== 0) {
      this.#givenUpTo.hi = this.#last.hi;
      this.#givenUpTo.lo = this.#last.lo;
    }
    this.#last.hi = 0;
    this.#holed = undefined;
    const live = this.#beside === NONE ? this.#leader : this.#beside;
    this.#beside = NONE;
    if (live !== NONE) this.lead(live, undefined);
  }

  /**
   * Hands on what is held although the replay is well past it: it left that out. To be called once
   * in a while, since of a quiet stream no further record may come to show it.
   */
  settle(): void {
    if (this.#held.count === 0 || this.#passed.hi === 0) return;
    for (const held of this.#held.waiting()) {
      const isPassed = diffNs(this.#passed, { hi: held.tsHi, lo: held.tsLo });
      if (isPassed <= this.#options.overlapMs * 1e6) continue;
      const identity = this.#heldIdentity.read(held);
      const position = this.#positions.find(identity);
      if (position === undefined || position.held[0] !== held) continue;
      position.held.shift();
      this.#held.done(held);
      this.counts.replayOmitted += 1;
      this.#tellMissing(position, identity);
      this.#handOnOne(position, held);
    }
  }

  /** One record of `session`. `now`: its receipt. Never throws. */
  take(session: number, record: LiveRecord, now: Readonly<StampNs>): void {
    this.counts.received += 1;
    if (session !== this.#leader && session !== this.#beside) {
      this.counts.stale += 1;
      return;
    }
    this.#sender = session;
    if (this.#beginsRepair && session === this.#leader) this.#beginRepair(now);
    const identity = this.#identity.read(record);
    const position = this.#isTracked(identity, now)
      ? (this.#positions.find(identity) ?? this.#positions.add(identity, this.#replay))
      : undefined;
    if (position === undefined) this.#passOn(record);
    else if (session === this.#leader) {
      advance(this.#passed, identity);
      this.#merge(position, identity, record);
    } else this.#hold(position, identity, record);
  }

  #beginRepair({ hi, lo }: Readonly<StampNs>): void {
    this.#beginsRepair = false;
    this.#repairedTo.hi = hi;
    this.#repairedTo.lo = lo;
  }

  #isTracked(identity: RecordIdentity, now: Readonly<StampNs>): boolean {
    const { tsHi, tsLo } = identity;
    if (identity.isSnapshot || (tsHi === ABSENT_WORD && tsLo === ABSENT_WORD)) return false;
    return (tsHi - now.hi) * 4294967296 + (tsLo - now.lo) <= AHEAD_NS_MAX;
  }

  #passOn(record: LiveRecord): void {
    this.counts.untracked += 1;
    this.counts.delivered += 1;
    this.#options.deliver(record);
  }

  #hold(position: StreamPosition, identity: RecordIdentity, record: LiveRecord): void {
    const session = this.#sender;
    const last = position.held.at(-1);
    const isHandedOn = position.session !== session && comparePlaces(identity, position) <= 0;
    const isHeld = last !== undefined && last.session !== session;
    if (isHandedOn || (isHeld && comparePlaces(identity, last) <= 0)) {
      // Another session is ahead of this one: the replay brings all of the place itself.
      if (isHandedOn && this.#leader !== NONE) this.#beside = NONE;
      this.counts.duplicates += 1;
      return;
    }
    const held = this.#held.add(record, identity, session);
    if (held === undefined) this.counts.notHeld += 1;
    else position.held.push(held);
  }

  #merge(position: StreamPosition, identity: RecordIdentity, record: LiveRecord): void {
    if (position.replay !== this.#replay) this.#enterReplay(position);
    if (!position.hasCaughtUp && this.#isDuplicate(position, identity)) {
      this.counts.duplicates += 1;
      return;
    }
    if (position.held.length > 0) this.#handOnHeld(position, identity);
    if (this.#isRepairable(position, identity)) {
      this.#holed = position;
      this.suspend();
      this.#hold(position, identity, record);
      return;
    }
    position.hasCaughtUp = true;
    this.#handOn(position, identity, record);
  }

  #enterReplay(position: StreamPosition): void {
    position.replay = this.#replay;
    position.seen = 0;
    position.hasCaughtUp = !this.#isReplay || position.count === 0;
  }

  #isDuplicate(position: StreamPosition, identity: RecordIdentity): boolean {
    const order = comparePlaces(identity, position);
    if (order < 0) return true;
    if (order === 0) {
      position.seen += 1;
      return position.seen <= position.count;
    }
    if (this.#hasReplayed(position) && position.seen < position.count) {
      this.#tellMissing(position, identity);
    }
    return false;
  }

  /** Held records that lie before `next`, and of those at its place the one that it is. */
  #handOnHeld(position: StreamPosition, next: RecordIdentity): void {
    const { held } = position;
    let omitted = 0;
    let first = held[0];
    for (; first !== undefined; first = held[0]) {
      const order = comparePlaces(first, next);
      if (order > 0) break;
      held.shift();
      this.#held.done(first);
      this.#beside = NONE;
      if (order === 0) {
        this.counts.duplicates += 1;
        break;
      }
      omitted += 1;
      this.#handOnOne(position, first);
    }
    if (omitted === 0) return;
    this.counts.replayOmitted += omitted;
    this.#tellMissing(position, next);
  }

  /** A hole that a replay may fill: not one that a replay has left. */
  #isRepairable(position: StreamPosition, identity: RecordIdentity): boolean {
    if (this.#options.sequences === 'unknown' || !identity.hasSequence) return false;
    if (position.count === 0 || holeBefore(position, identity) === 0) return false;
    if (isBefore(identity, this.#repairedTo) || !isLater(position, this.#givenUpTo)) return false;
    return position.hasCaughtUp || !this.#hasReplayed(position);
  }

  /** Whether the replay began early enough to bring what follows the last record handed on. */
  #hasReplayed(position: StreamPosition): boolean {
    return diffNs({ hi: position.tsHi, lo: position.tsLo }, this.#start) >= 0;
  }

  /** A held record, as if its session sent it now. */
  #handOnOne(position: StreamPosition, held: HeldRecord): void {
    const sender = this.#sender;
    this.#sender = held.session;
    this.#handOn(position, this.#heldIdentity.read(held), held);
    this.#sender = sender;
  }

  #handOn(position: StreamPosition, identity: RecordIdentity, record: LiveRecord): void {
    const order = position.count === 0 ? 1 : comparePlaces(identity, position);
    if (order > 0) {
      const hole = position.count === 0 ? 0 : holeBefore(position, identity);
      if (hole > 0 && identity.hasSequence && this.#options.sequences === 'of-instrument') {
        this.#tellHole(position, identity, hole);
      }
      position.tsHi = identity.tsHi;
      position.tsLo = identity.tsLo;
      position.sequence = identity.sequence;
      position.count = 1;
      if (position === this.#holed) this.#holed = undefined;
      position.session = this.#sender;
      advance(this.#last, identity);
    } else if (order === 0) position.count += 1;
    else this.counts.outOfOrder += 1;
    this.counts.delivered += 1;
    this.#options.deliver(record);
  }

  #tellHole(position: StreamPosition, identity: RecordIdentity, count: number): void {
    this.counts.missing += count;
    const first = (position.sequence + 1) >>> 0;
    this.#tell(position, identity, { missing: { first, count }, noticedBy: 'sequence' });
  }

  #tellMissing(position: StreamPosition, identity: RecordIdentity): void {
    this.#tell(position, identity, { missing: undefined, noticedBy: 'replay-omitted' });
  }

  #tell(
    position: StreamPosition,
    identity: RecordIdentity,
    what: Pick<MissingRecords, 'missing' | 'noticedBy'>,
  ): void {
    const { rtype, publisherId, instrumentId } = identity;
    const from = { hi: position.tsHi, lo: position.tsLo };
    this.#options.missing({ rtype, publisherId, instrumentId, from, ...what });
  }
}
