/** A market of the venue: the kit's, with the venue's sequences, ids and hidden changes. */
import { SeededMarket } from '@tickwire/sim-kit';
import type { Order, VenueTime } from '@tickwire/sim-kit';
import type { Instrument } from './instruments.ts';
import { TradeIds } from './trade-ids.ts';

export interface MarketOptions {
  readonly instrument: Instrument;
  readonly seed: string;
  /** Levels the traders keep on each side, about; 20 … 5,000. */
  readonly depth: number;
  /** Sequences of which the book can be served later. */
  readonly history: number;
  readonly openedAt: VenueTime;
}

/** Beyond 2^32, as the venue's are, so that a reader which keeps 32 bits is found out. */
const SEQUENCE_FLOOR = 14_000_000_000;
/** Share of the changes that have the price `"0"`: they move the sequence alone. */
const IDLE_SHARE = 0.06;

export class Market extends SeededMarket<Instrument> {
  constructor(options: MarketOptions) {
    super({
      ...options,
      sequenceFloor: SEQUENCE_FLOOR,
      idleShare: IDLE_SHARE,
      tradeIds: (random) => new TradeIds(random),
      orderId,
    });
  }
}

/** 24 hexadecimal digits that begin with the order's second, as the venue's ids do. */
function orderId(order: Order): string {
  const seconds = Math.floor(order.createdAtMs / 1_000)
    .toString(16)
    .padStart(8, '0');
  const scattered = Math.imul(order.id, 0x9e3779b1) >>> 0;
  const id = order.id.toString(16).padStart(8, '0');
  return `${seconds}${scattered.toString(16).padStart(8, '0')}${id}`.slice(0, 24);
}
