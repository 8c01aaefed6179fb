/**
 * Two legs into one sequence: each packet once, in order, from the leg that brings it first.
 *
 *   leg A ─┐            next: deliver ─▶ ┐
 *          ├▶ receive ─ ahead: hold ───▶ ├▶ sink.deliver, in order
 *   leg B ─┘            past: count      │
 *                  hole given up ────────▶ sink.gap
 *
 * Positions count sequences from the first one on and never wrap; everything up to `NEXT` is
 * delivered or declared. A hole is what is missing before the first held packet, or before the end
 * that a heartbeat announced. Time comes in as monotonic ns, with packets and with `poll`.
 */
import { ArbiterCounts, LegCell } from './arbiter-counts.ts';
import type { ChannelCounts } from './arbiter-counts.ts';
import { limitsOf } from './arbiter-options.ts';
import type { ArbiterLimits, ArbiterOptions, ResetOptions } from './arbiter-options.ts';
import type { ArbiterSink } from './arbiter-sink.ts';
import { DeliveryHistory, Fate } from './delivery-history.ts';
import type { GapCause } from './gap.ts';
import { ArbitrationError } from './errors.ts';
import { HeldPackets } from './held-packets.ts';
import { LegLiveness } from './leg-liveness.ts';
import type { LegHeartbeat, LegPacket } from './leg-packet.ts';
import { LegProgress } from './leg-progress.ts';
import { SequenceSpace } from './sequence-space.ts';
import { Verdict } from './verdict.ts';

/** Places of numbers in one array: fields that hold doubles would allocate when stored. */
const NEXT = 0;
const NEXT_SEQUENCE = 1;
/** Position behind the last one that a heartbeat announced, and when the first of them did. */
const ANNOUNCED_END = 2;
const ANNOUNCED_NS = 3;
/** When the first hole was noticed; `Infinity`: there is none. */
const HOLE_SINCE_NS = 4;

export class LegArbiter {
  readonly #sink: ArbiterSink;
  readonly #limits: ArbiterLimits;
  readonly #space: SequenceSpace;
  readonly #held: HeldPackets;
  readonly #history: DeliveryHistory;
  readonly #liveness: LegLiveness;
  readonly #progress = new LegProgress();
  readonly #counts: ArbiterCounts;
  readonly #state = new Float64Array(HOLE_SINCE_NS + 1);
  #started = false;
  /** Counts how often it was begun anew: from inside of a call of the sink, too. */
  #numbering = 0;

  /** @throws ArbitrationError `BAD_OPTION` naming the option. */
  constructor(options: ArbiterOptions, sink: ArbiterSink) {
    const limits = limitsOf(options);
    this.#sink = sink;
    this.#limits = limits;
    this.#space = new SequenceSpace(limits.wrapTo);
    this.#held = new HeldPackets(limits.window);
    this.#history = new DeliveryHistory(limits.reach);
    this.#counts = new ArbiterCounts(limits.cells);
    this.#liveness = new LegLiveness(sink, limits);
    this.#begin(options.firstSequence);
  }

  /** A copy of all counters. */
  get counts(): ChannelCounts {
    return this.#counts.read();
  }

  /** The sequence to be delivered or declared next; `undefined` before the first one is known. */
  get nextSequence(): number | undefined {
    return this.#started ? this.#state[NEXT_SEQUENCE] : undefined;
  }

  /** When `poll` has something to do, monotonic ns; `Infinity`: not before something comes. */
  get nextDueNs(): number {
    const holeNs = this.#state[HOLE_SINCE_NS]! + this.#limits.holeNs;
    const silentNs = this.#liveness.dueNs;
    return holeNs < silentNs ? holeNs : silentNs;
  }

  /** Takes a packet, which is read before this returns. */
  receive(packet: Readonly<LegPacket>): Verdict {
    const { leg, sequence } = packet;
    this.#counts.received(packet);
    this.#liveness.heard(leg, packet.recvNs);
    if (!this.#space.has(sequence)) {
      this.#counts.add(leg, LegCell.BadSequence);
      return Verdict.BadSequence;
    }
    return this.#judge(packet);
  }

  /**
   * Takes what a packet without data says: everything up to its sequence was sent.
   * @returns false when the sequence is out of the window: see `Verdict.OutOfWindow`.
   */
  heartbeat({ leg, sequence, recvNs }: LegHeartbeat): boolean {
    this.#counts.heartbeat(leg, recvNs);
    this.#liveness.heard(leg, recvNs);
    if (!this.#space.has(sequence)) return true; // nothing was sent so far
    if (!this.#started) this.#begin(this.#space.after(sequence, 1));
    const state = this.#state;
    const ahead = this.#space.steps(state[NEXT_SEQUENCE]!, sequence) + 1;
    if (Math.abs(ahead) > this.#limits.reach) return false;
    if (ahead <= 0) return true;
    const end = state[NEXT]! + ahead;
    this.#progress.note(leg, end);
    if (state[ANNOUNCED_END]! <= state[NEXT]!) state[ANNOUNCED_NS] = recvNs;
    state[ANNOUNCED_END] = Math.max(state[ANNOUNCED_END]!, end);
    this.#settle(recvNs);
    return true;
  }

  /**
   * Gives up holes that were open for too long, and says who is silent. To be called at
   * `nextDueNs` or soon after; any other time does no harm.
   */
  poll(nowNs: number): void {
    const { holeNs } = this.#limits;
    while (nowNs >= this.#state[HOLE_SINCE_NS]! + holeNs) {
      this.#giveUp('timer', nowNs, this.#holeEnd());
      this.#settle(nowNs);
    }
    this.#liveness.poll(nowNs);
  }

  /**
   * Goes on at `sequence` of the same numbering: what is missing before it is declared, what is
   * held is delivered. Does nothing when the sequence is past.
   */
  skipTo(sequence: number, nowNs: number): void {
    if (!this.#started) this.#begin(sequence);
    const ahead = this.#space.steps(this.#state[NEXT_SEQUENCE]!, sequence);
    this.#closeUpTo(this.#state[NEXT]! + ahead, { cause: 'skipped', nowNs });
    this.#settle(nowNs);
  }

  /**
   * Begins a new numbering at `sequence`, or at that of the next packet. Everything of the old one
   * that was known to exist is delivered or declared before. What comes of it later is out of the
   * window when it is farther than `reach` from the new numbering; nearer by, it would be taken
   * for the new one's: the caller who can tell them apart does not give it.
   */
  reset(sequence: number | undefined, { nowNs, held }: ResetOptions): void {
    const end = Math.max(this.#held.back + 1, this.#state[ANNOUNCED_END]!);
    if (held === 'discard') {
      this.#counts.discardedByReset(this.#held.count);
      while (this.#held.count > 0) this.#held.take();
      this.#counts.held(0, 0);
    }
    this.#closeUpTo(end, { cause: 'reset', nowNs });
    this.#begin(sequence);
  }

  #begin(sequence: number | undefined): void {
    if (sequence !== undefined && !this.#space.has(sequence)) {
      throw new ArbitrationError('BAD_OPTION', `sequence: ${sequence} is not one`);
    }
    const state = this.#state;
    this.#started = sequence !== undefined;
    this.#numbering += 1;
    state[NEXT_SEQUENCE] = sequence ?? this.#space.first;
    state[ANNOUNCED_END] = state[NEXT]!;
    state[HOLE_SINCE_NS] = Infinity;
    this.#history.clear();
  }

  /** Begins again when room had to be made: the sink may have reset everything meanwhile. */
  #judge(packet: Readonly<LegPacket>): Verdict {
    for (;;) {
      if (!this.#started) this.#begin(packet.sequence);
      const ahead = this.#space.steps(this.#state[NEXT_SEQUENCE]!, packet.sequence);
      if (ahead === 0) return this.#deliverNext(packet);
      if (ahead >= this.#limits.reach || ahead < -this.#limits.reach) return this.#discard(packet);
      const position = this.#state[NEXT]! + ahead;
      if (ahead < 0) return this.#judgePast(packet, position);
      if (this.#held.has(position)) return this.#judgeHeldTwice(packet, position);
      const isTooLarge = this.#held.isTooLarge(packet);
      if (!isTooLarge && !this.#held.isFull) return this.#hold(packet, position);
      const cause = isTooLarge ? 'packet-too-large' : 'window-full';
      this.#giveUp(cause, packet.recvNs, Math.min(this.#held.front, position));
      this.#settle(packet.recvNs);
    }
  }

  #deliverNext(packet: Readonly<LegPacket>): Verdict {
    this.#counts.add(packet.leg, LegCell.First);
    this.#pass(packet);
    if (this.#state[HOLE_SINCE_NS] !== Infinity) this.#settle(packet.recvNs);
    return Verdict.Delivered;
  }

  #judgePast(packet: Readonly<LegPacket>, position: number): Verdict {
    const fate = this.#history.of(position);
    if (fate === Fate.Unknown) return this.#discard(packet);
    if (fate !== Fate.Declared) {
      this.#counts.add(packet.leg, LegCell.Duplicate);
      return Verdict.Duplicate;
    }
    this.#history.set(position, Fate.CameLate);
    this.#counts.add(packet.leg, LegCell.Late);
    this.#sink.late(packet);
    return Verdict.Late;
  }

  #judgeHeldTwice({ leg, recvNs }: Readonly<LegPacket>, position: number): Verdict {
    this.#counts.add(leg, LegCell.Duplicate);
    this.#progress.note(leg, position);
    this.#settle(recvNs);
    return Verdict.Duplicate;
  }

  #hold(packet: Readonly<LegPacket>, position: number): Verdict {
    const { leg, recvNs } = packet;
    this.#held.insert(position, packet);
    this.#counts.add(leg, LegCell.First);
    this.#counts.held(this.#held.count, this.#held.bytes);
    this.#progress.note(leg, position);
    if (recvNs < this.#state[HOLE_SINCE_NS]!) this.#state[HOLE_SINCE_NS] = recvNs;
    this.#settle(recvNs);
    return Verdict.Held;
  }

  #discard({ leg }: Readonly<LegPacket>): Verdict {
    this.#counts.add(leg, LegCell.OutOfWindow);
    return Verdict.OutOfWindow;
  }

  /** Hands on the packet at `NEXT`. */
  #pass(packet: Readonly<LegPacket>): void {
    this.#history.set(this.#state[NEXT]!, Fate.Delivered);
    this.#advance(1);
    this.#counts.delivered();
    this.#sink.deliver(packet);
  }

  #advance(count: number): void {
    const state = this.#state;
    state[NEXT]! += count;
    state[NEXT_SEQUENCE] = this.#space.after(state[NEXT_SEQUENCE]!, count);
  }

  /** Delivers what is held and no longer behind a hole, then looks since when the next hole is. */
  #drain(): void {
    const state = this.#state;
    // All that is held is behind the first hole: while none of it goes, the time stays.
    if (this.#held.front !== state[NEXT] && this.#held.count > 0) return;
    while (this.#held.front === state[NEXT]) {
      const packet = this.#held.take();
      this.#counts.held(this.#held.count, this.#held.bytes);
      this.#pass(packet);
    }
    const isAnnounced = state[ANNOUNCED_END]! > state[NEXT]!;
    const announcedNs = isAnnounced ? state[ANNOUNCED_NS]! : Infinity;
    state[HOLE_SINCE_NS] = Math.min(this.#held.oldestNs, announcedNs);
  }

  /** After a change: delivers what can be, gives up what both legs passed. */
  #settle(nowNs: number): void {
    this.#drain();
    while (this.#isHolePassed()) {
      this.#giveUp('both-passed', nowNs, this.#holeEnd());
      this.#drain();
    }
  }

  /** Position behind the first hole; `NEXT` when there is none. */
  #holeEnd(): number {
    if (this.#held.count > 0) return this.#held.front;
    return Math.max(this.#state[ANNOUNCED_END]!, this.#state[NEXT]!);
  }

  #isHolePassed(): boolean {
    const { bothPassedBy } = this.#limits;
    const end = this.#holeEnd();
    if (bothPassedBy === 0 || end === this.#state[NEXT]) return false;
    return this.#progress.ofBoth >= end - 1 + bothPassedBy;
  }

  /** Declares everything before `end`, of which nothing is held. */
  #giveUp(cause: GapCause, nowNs: number, end: number): void {
    const state = this.#state;
    const first = state[NEXT_SEQUENCE]!;
    const count = end - state[NEXT]!;
    const sinceNs = Math.min(state[HOLE_SINCE_NS]!, nowNs);
    this.#history.setRun(state[NEXT]!, count, Fate.Declared);
    this.#advance(count);
    this.#counts.gap(cause, count);
    const noticedBy = cause === 'timer' ? 'timer' : 'sequence';
    this.#sink.gap({ first, count, noticedBy, cause, sinceNs, noticedNs: nowNs });
  }

  #closeUpTo(end: number, { cause, nowNs }: { cause: GapCause; nowNs: number }): void {
    const numbering = this.#numbering;
    this.#drain();
    while (this.#state[NEXT]! < end && this.#numbering === numbering) {
      this.#giveUp(cause, nowNs, Math.min(this.#held.front, end));
      this.#drain();
    }
  }
}
