/**
 * Books by level as plainly as they can be written: arrays of objects that are spliced, and of a
 * side of which not all is known, `'?'` where nothing is known and `null` where nothing is.
 */
import { UpdateAction } from '../src/index.ts';

export interface PlainLevel {
  readonly price: number;
  readonly size: number;
  readonly orders: number;
}

export interface PlainUpdate extends PlainLevel {
  readonly action: number;
  readonly level: number;
}

/** One side, as the exchange has it. */
export class PlainSide {
  readonly depth: number;
  levels: PlainLevel[] = [];

  constructor(depth: number) {
    this.depth = depth;
  }

  apply({ action, level, price, size, orders }: PlainUpdate): void {
    const entry = { price, size, orders };
    if (action === UpdateAction.New) this.levels.splice(level - 1, 0, entry);
    else if (action === UpdateAction.Delete) this.levels.splice(level - 1, 1);
    else if (action === UpdateAction.DeleteFrom) this.levels.splice(0, level);
    else if (action === UpdateAction.DeleteThru) this.levels = [];
    else this.levels[level - 1] = entry;
    this.levels = this.levels.slice(0, this.depth);
  }
}

type Position = PlainLevel | null | '?';

/** One side after a hole: what of it the updates since then have decided. */
export class PlainUnknownSide {
  readonly depth: number;
  positions: Position[];

  constructor(depth: number) {
    this.depth = depth;
    this.positions = Array.from({ length: depth }, () => '?');
  }

  get isKnown(): boolean {
    return !this.positions.includes('?');
  }

  apply({ action, level, price, size, orders }: PlainUpdate): void {
    const entry = { price, size, orders };
    if (action === UpdateAction.New) this.positions.splice(level - 1, 0, entry);
    else if (action === UpdateAction.Delete) this.positions.splice(level - 1, 1);
    else if (action === UpdateAction.DeleteFrom) this.positions.splice(0, level);
    else if (action === UpdateAction.DeleteThru) this.positions = [];
    else this.positions[level - 1] = entry;
    while (this.positions.length < this.depth) this.positions.push(null);
    this.positions = this.positions.slice(0, this.depth);
    const empty = this.positions.indexOf(null);
    if (empty >= 0) this.positions.fill(null, empty);
  }
}
