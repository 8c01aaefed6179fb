/** The exchange's side of a test: books by level that change at random, and what it sends of it. */
import { UpdateAction } from '../src/index.ts';
import { PlainSide } from './plain-levels.ts';
import type { PlainUpdate } from './plain-levels.ts';

export interface ExchangeSide extends PlainSide {
  readonly isBid: boolean;
  readonly isImplied: boolean;
}

export interface SentUpdate extends PlainUpdate {
  readonly isBid: boolean;
  readonly isImplied: boolean;
  readonly rptSeq: number;
}

class Side extends PlainSide implements ExchangeSide {
  readonly isBid: boolean;
  readonly isImplied: boolean;

  constructor(depth: number, isBid: boolean, isImplied: boolean) {
    super(depth);
    this.isBid = isBid;
    this.isImplied = isImplied;
  }
}

const { New, Change, Delete, DeleteThru, DeleteFrom, Overlay } = UpdateAction;

export class PlainInstrument {
  readonly sides: readonly ExchangeSide[];
  rptSeq = 0;
  readonly #random: () => number;

  constructor(options: { levels: number; impliedLevels: number; random: () => number }) {
    this.#random = options.random;
    this.sides = [true, false].flatMap((isBid) => [
      new Side(options.levels, isBid, false),
      ...(options.impliedLevels > 0 ? [new Side(options.impliedLevels, isBid, true)] : []),
    ]);
  }

  side(isBid: boolean, isImplied: boolean): ExchangeSide {
    return this.sides.find((side) => side.isBid === isBid && side.isImplied === isImplied)!;
  }

  /** One to some updates of one side: what an event does to it. */
  next(): SentUpdate[] {
    const side = this.sides[this.#int(this.sides.length)]!;
    if (side.levels.length > 1 && this.#random() < 0.03) return this.#move(side);
    return [this.#send(side, this.#change(side))];
  }

  #change(side: ExchangeSide): PlainUpdate {
    const count = side.levels.length;
    const at = this.#int(count);
    const pick = this.#random();
    if (count === 0 || pick < (count < side.depth ? 0.45 : 0.25)) {
      const place = this.#int(Math.min(count + 1, side.depth));
      const price = this.#between(side, place - 1, place);
      if (price !== undefined) return this.#level(New, place, price);
    }
    if (count === 0) return this.#level(DeleteThru, 0, 0);
    const held = side.levels[at]!;
    if (pick < 0.75) return this.#level(Change, at, held.price);
    if (pick < 0.95) return { ...held, action: Delete, level: at + 1 };
    if (pick < 0.96) return this.#level(DeleteThru, 0, 0);
    if (pick < 0.97) return this.#level(DeleteFrom, at, 0);
    const price = this.#between(side, at - 1, at + 1) ?? held.price;
    return this.#level(Overlay, at, price);
  }

  /** All levels by some steps up or down, by Overlays from the best on: they pass each other. */
  #move(side: ExchangeSide): SentUpdate[] {
    const steps = (this.#random() < 0.5 ? -1 : 1) * (side.levels[0]!.price - side.levels[1]!.price);
    return side.levels.map((held, at) =>
      this.#send(side, this.#level(Overlay, at, held.price + steps)),
    );
  }

  #send(side: ExchangeSide, update: PlainUpdate): SentUpdate {
    side.apply(update);
    this.rptSeq += 1;
    return { ...update, isBid: side.isBid, isImplied: side.isImplied, rptSeq: this.rptSeq };
  }

  /** A price between two positions; there may be none. */
  #between(side: ExchangeSide, above: number, below: number): number | undefined {
    const sign = side.isBid ? 1 : -1;
    const best = (side.levels[0]?.price ?? sign * -500_000) + sign * 1_000;
    const upper = side.levels[above]?.price ?? best;
    const lower = side.levels[below]?.price ?? upper - sign * 2_000;
    const room = Math.abs(upper - lower) - 1;
    return room < 1 ? undefined : upper - sign * (1 + this.#int(room));
  }

  #level(action: number, at: number, price: number): PlainUpdate {
    const size = 1 + this.#int(500);
    return { action, level: at + 1, price, size, orders: 1 + this.#int(9) };
  }

  #int(below: number): number {
    return Math.floor(this.#random() * below);
  }
}
