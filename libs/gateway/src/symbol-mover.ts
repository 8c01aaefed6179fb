// Moves a symbol from one ring to another: MOVED_OUT there, MOVED_IN and its book here.
import type { Clock, Counter, CounterTable, StampNs } from '@tickwire/core';
import type { PlacedSymbol } from '@tickwire/domain-feed';
import { setMovedIn, setMovedOut } from '@tickwire/domain-partition';
import type { MoveTick } from '@tickwire/domain-partition';
import { TickBatch, TickKind } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';
import { gatewayHops } from './gateway-hops.ts';
import type { GatewayRing } from './gateway-ring.ts';
import type { GatewaySession } from './gateway-session.ts';
import type { RingRouter } from './ring-router.ts';

const LOCAL_MASK = 0xffff;
/** An image of more than half of the ring would lap readers that are not behind. */
const IMAGE_SHARE_MAX = 1 / 2;

/** Why a symbol stays where it is. */
export type MoveRefusal = 'BOOK_TOO_LARGE' | 'DIRECTORY_FULL';

export interface SymbolMoverParts {
  readonly router: RingRouter;
  readonly session: Pick<GatewaySession, 'imageRefusal' | 'relocate'>;
  readonly stats: CounterTable;
  readonly clock: Clock;
  readonly slotCount: number;
  readonly vendor: string;
  /** `publisher` of every tick. */
  readonly publisher: number;
  /** Flag bits of every tick. */
  readonly flags: number;
}

export class SymbolMover {
  readonly #parts: SymbolMoverParts;
  readonly #implied: Counter;
  readonly #batch = new TickBatch(1);
  readonly #now: StampNs = { hi: 0, lo: 0 };

  constructor(parts: SymbolMoverParts) {
    this.#parts = parts;
    this.#implied = gatewayHops(parts.stats, parts.vendor).normalise.in;
  }

  /**
   * Between two messages only. @param number - Of the repartition, u32.
   * @returns why the symbol stays where it is; `undefined` when it moved.
   */
  move(
    symbol: string,
    way: { readonly from: GatewayRing; readonly to: GatewayRing; readonly number: number },
  ): MoveRefusal | undefined {
    const { session, router, slotCount } = this.#parts;
    const ticksMax = slotCount * IMAGE_SHARE_MAX;
    if (session.imageRefusal(symbol, { ticksMax }) === 'BOOK_TOO_LARGE') return 'BOOK_TOO_LARGE';
    const moved = session.relocate(symbol, (placed) => {
      const index = router.adopt(placed.entry, way.to);
      if (index === undefined) return undefined;
      this.#writeMove(placed, way, index);
      router.setHome(symbol, way.to.partition);
      return index;
    });
    return moved ? undefined : 'DIRECTORY_FULL';
  }

  /** The entry is in the new ring's directory already: first the entry, then its first tick. */
  #writeMove(
    placed: PlacedSymbol,
    way: { from: GatewayRing; to: GatewayRing; number: number },
    index: number,
  ): void {
    const { from, to, number } = way;
    const { clock } = this.#parts;
    // One moment for both: between two rings there is no time in which the symbol is in none.
    const nowNs = clock.monotonicNs();
    clock.wallNs(nowNs, this.#now);
    const move = { number, streamState: placed.stream };
    const outAt = from.producer.position;
    this.#write({ ring: from, index: placed.index, nowNs }, (tick) => {
      setMovedOut(tick, { ...move, other: placeOf(to, to.producer.position) });
    });
    this.#write({ ring: to, index, nowNs }, (tick) => {
      setMovedIn(tick, { ...move, other: placeOf(from, outAt) });
    });
  }

  #write(
    to: { ring: GatewayRing; index: number; nowNs: number },
    fill: (tick: TickView) => void,
  ): void {
    const tick = this.#batch.add(TickKind.Stream);
    tick.setTsEvent(this.#now.hi, this.#now.lo);
    tick.setTsRecv(this.#now.hi, this.#now.lo);
    tick.instrument = to.index & LOCAL_MASK;
    tick.publisher = this.#parts.publisher;
    tick.flags = this.#parts.flags;
    fill(tick);
    this.#implied.add(1);
    to.ring.sink.publish(this.#batch, to.nowNs);
    this.#batch.clear();
  }
}

function placeOf(ring: GatewayRing, position: number): MoveTick['other'] {
  const { hi, lo } = ring.producer.ringId;
  return { ringIdHi: hi, ringIdLo: lo, position };
}
