/**
 * Restores the order of each symbol for a reader of several rings of one gateway.
 *
 * A symbol's last tick in its old ring is older than its MOVED_IN in the new one, but a reader may
 * come to the new one first. It then leaves that ring alone at this tick until it has handled the
 * old ring past the tick that MOVED_IN names:
 *
 *   old ring   … s s s OUT                    read on: its ticks are there already
 *   new ring   … t t t │ IN CLEAR s s t …     held here until OUT was handled
 *
 * A held ring keeps its ticks in shared memory, so nothing is copied and nothing needs a bound; a
 * reader that holds it for longer than the ring lasts is lapped and told, as ever. What a tick
 * waits for is older than the tick, so there is always a ring that can be read on.
 *
 * The old ring may be one that the reader has not found yet: `wanted` names it. The reader opens
 * it, or says with `close` that there is no such ring for it.
 */
import { TICK_BYTES } from '@tickwire/core';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { readMovedIn } from './move-tick.ts';
import type { TickPlace } from './move-tick.ts';

/** Rings that are remembered, those that are gone included. */
const RINGS_MAX = 4_096;
const GONE = Infinity;

/** A ring's id, as two u32. */
export interface RingName {
  readonly hi: number;
  readonly lo: number;
}

/** A run of ticks from byte 0 of `view`, as a ring's subscription delivers it. */
export interface TickRun {
  readonly view: DataView;
  readonly count: number;
  readonly firstPosition: number;
  readonly ringId: RingName;
}

export class MoveOrder {
  /** By ring id: every tick below was handled, or is known to be lost. `GONE`: not read. */
  readonly #handled = new Map<string, number>();
  readonly #tick = new TickView();
  readonly #place: TickPlace = { ringIdHi: 0, ringIdLo: 0, position: 0 };
  #wanted: RingName | undefined;
  #holds = 0;

  /** How often a run was held back so far. */
  get holds(): number {
    return this.#holds;
  }

  /** A ring that the last `admit` waits for and that was never opened or closed here. */
  get wanted(): RingName | undefined {
    return this.#wanted;
  }

  /** A ring is read from `position` on. */
  open(ringId: RingName, position: number): void {
    this.#handled.set(keyOf(ringId.hi, ringId.lo), position);
  }

  /** A ring is not read, or no longer: nothing waits for it. */
  close(ringId: RingName): void {
    const key = keyOf(ringId.hi, ringId.lo);
    this.#handled.delete(key);
    this.#handled.set(key, GONE);
    if (this.#handled.size > RINGS_MAX) this.#forgetOldest();
  }

  /** All ticks of the ring below `position` were handled or are lost. */
  handled(ringId: RingName, position: number): void {
    const key = keyOf(ringId.hi, ringId.lo);
    const known = this.#handled.get(key);
    if (known !== undefined && known < position) this.#handled.set(key, position);
  }

  /**
   * Where to stop: ticks `from` … the result − 1 of the run may be handled now. Tell `handled`, and
   * ask again about the rest once other rings were read; do not poll this ring meanwhile.
   */
  admit(run: TickRun, from: number): number {
    const { view, count } = run;
    this.#wanted = undefined;
    for (let at = from; at < count; at++) {
      const tick = this.#tick.wrap(view, at * TICK_BYTES);
      if (tick.kind !== TickKind.Stream || !this.#waits(tick)) continue;
      this.#holds += 1;
      return at;
    }
    return count;
  }

  #waits(tick: TickView): boolean {
    if (!readMovedIn(tick, this.#place)) return false;
    const { ringIdHi: hi, ringIdLo: lo, position } = this.#place;
    const handled = this.#handled.get(keyOf(hi, lo));
    if (handled === undefined) this.#wanted = { hi, lo };
    return handled === undefined || handled <= position;
  }

  /** One that is asked for again is closed again: forgetting costs a look into the folder. */
  #forgetOldest(): void {
    for (const [key, handled] of this.#handled) {
      if (handled !== GONE) continue;
      this.#handled.delete(key);
      return;
    }
  }
}

const keyOf = (hi: number, lo: number): string => `${hi}.${lo}`;
