/** What the exchange says of a level or an order, as numbers: filled and given again and again. */
import { ABSENT } from '@tickwire/core';

/** MDUpdateAction (tag 279); of orders only the first three, as OrderUpdateAction (tag 37708). */
export const UpdateAction = {
  /** The levels from here on go down by one; what goes beyond the depth is dropped. */
  New: 0,
  Change: 1,
  /** The levels behind come up by one. */
  Delete: 2,
  /** The whole side is empty. `level` and `price` say nothing. */
  DeleteThru: 3,
  /** The best `level` levels are gone, what is behind them comes up. `price` says nothing. */
  DeleteFrom: 4,
  /** The level is replaced, its price included. */
  Overlay: 5,
} as const;
export type UpdateAction = (typeof UpdateAction)[keyof typeof UpdateAction];

/** `orders` where the exchange states none: of implied levels. */
export const ORDERS_ABSENT = 0xffff_ffff;

/** One entry of a book by level: MDIncrementalRefreshBook, SnapshotFullRefresh. */
export class LevelUpdate {
  securityId = 0;
  /** Counts the updates of the instrument, u32 from 1. Not read where none is checked. */
  rptSeq = 0;
  isBid = false;
  isImplied = false;
  /** As received: what is no action is a result, not a mistake of the caller. */
  action: number = UpdateAction.New;
  /** 1 is the best. */
  level = 0;
  /** Mantissa, at one exponent for all prices of an instrument. `ABSENT` when not stated. */
  price: number = ABSENT;
  /** Units of the exchange. */
  size = 0;
  /** At the price, u32; `ORDERS_ABSENT` when not stated. */
  orders: number = ORDERS_ABSENT;
  /** TransactTime, ns since the Unix epoch, as two u32. */
  tsHi = 0;
  tsLo = 0;
}

/** One entry of a book by order: MDIncrementalRefreshOrderBook, SnapshotFullRefreshOrderBook. */
export class OrderUpdate {
  securityId = 0;
  isBid = false;
  action: number = UpdateAction.New;
  /** OrderID, u64 as two u32. */
  idHi = 0;
  idLo = 0;
  /** MDOrderPriority, u64 as two u32: at one price the lower goes first. */
  priorityHi = 0;
  priorityLo = 0;
  /** Mantissa, as in `LevelUpdate`. Of a Delete it is compared when it is stated. */
  price: number = ABSENT;
  /** MDDisplayQty. */
  size = 0;
  /** TransactTime, ns since the Unix epoch, as two u32. */
  tsHi = 0;
  tsLo = 0;
}

export const isPrice = (value: number): boolean => Number.isSafeInteger(value);
export const isSize = (value: number): boolean => value > 0 && Number.isSafeInteger(value);
