/** Books by order, of ORDER ticks, as a reader makes them: right from an image of them on. */
import { BookDigest } from '@tickwire/sim-cme';
import { Action, Side, TickFlag, TickKind } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';

const TWO_32 = 4_294_967_296;

interface MirroredOrder {
  readonly id: number;
  readonly priority: number;
  readonly isBid: boolean;
  readonly price: number;
  readonly quantity: number;
}

export class OrderMirror {
  /** Seen whole, since the last STREAM tick that says that it is not right. */
  isRight = false;
  readonly #orders = new Map<number, MirroredOrder>();
  #hasClear = false;

  /** @returns Whether a state that can be compared was reached. */
  apply(tick: TickView): boolean {
    if (tick.kind === TickKind.Stream) this.isRight = false;
    if (tick.kind === TickKind.Clear) {
      this.#orders.clear();
      this.#hasClear = true;
    } else if (tick.kind === TickKind.Order) this.#order(tick);
    if ((tick.flags & TickFlag.Last) === 0) return false;
    this.isRight ||= this.#hasClear;
    this.#hasClear = false;
    return this.isRight;
  }

  /** As the exchange's oracle has it. */
  digest(): number {
    const digest = new BookDigest();
    for (const isBid of [true, false]) {
      for (const order of this.#side(isBid)) digest.order(order);
      digest.endSide();
    }
    return digest.value;
  }

  /** The best levels of a side, as `size@price`. */
  levels(isBid: boolean, depth: number): string[] {
    const sizes = new Map<number, number>();
    for (const { price, quantity } of this.#side(isBid)) {
      sizes.set(price, (sizes.get(price) ?? 0) + quantity);
    }
    return [...sizes].slice(0, depth).map(([price, size]) => `${size}@${price}`);
  }

  #order(tick: TickView): void {
    const id = tick.orderIdHi * TWO_32 + tick.orderIdLo;
    if (tick.action === Action.Delete) {
      this.#orders.delete(id);
      return;
    }
    const priority = tick.priorityHi * TWO_32 + tick.priorityLo;
    const { price, size: quantity } = tick;
    this.#orders.set(id, { id, priority, isBid: tick.side === Side.Bid, price, quantity });
  }

  #side(isBid: boolean): MirroredOrder[] {
    const sign = isBid ? -1 : 1;
    const ofSide = [...this.#orders.values()].filter((order) => order.isBid === isBid);
    return ofSide.sort((a, b) => sign * (a.price - b.price) || a.priority - b.priority);
  }
}
