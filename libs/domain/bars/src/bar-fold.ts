/**
 * One trade into or out of one bar. Order inside a bar is (event time, ring position): open is the
 * first trade in that order, close the last, whenever they arrived.
 */
import { BarCell } from './bar-cells.ts';
import { addProduct, subtractProduct } from './exact-sum.ts';
import type { TradeRecord } from './trade-index.ts';

/** Counts a trade in; its price and size are at the instrument's exponents already. */
export function addTrade(cells: Float64Array, at: number, trade: TradeRecord): void {
  const { price, size } = trade;
  const trades = cells[at + BarCell.trades] ?? 0;
  if (trades === 0) {
    setOpen(cells, at, trade);
    setClose(cells, at, trade);
    cells[at + BarCell.high] = price;
    cells[at + BarCell.low] = price;
  } else {
    if (price > (cells[at + BarCell.high] ?? 0)) cells[at + BarCell.high] = price;
    if (price < (cells[at + BarCell.low] ?? 0)) cells[at + BarCell.low] = price;
    if (isBefore(trade, cells, at + BarCell.openTsHi)) setOpen(cells, at, trade);
    if (!isBefore(trade, cells, at + BarCell.closeTsHi)) setClose(cells, at, trade);
  }
  cells[at + BarCell.trades] = trades + 1;
  const volume = (cells[at + BarCell.volume] ?? 0) + size;
  cells[at + BarCell.volume] = volume;
  // Not `?:` in one store: the choice of two doubles was an allocation per trade (measured).
  if (volume > Number.MAX_SAFE_INTEGER) cells[at + BarCell.volume] = NaN;
  addProduct(cells, at + BarCell.turnover, trade);
  cells[at + BarCell.dirty] = 1;
}

/** Whether open, high, low and close stay as they are without `trade`. */
export function isInnerTrade(cells: Float64Array, at: number, trade: TradeRecord): boolean {
  return (
    trade.price < (cells[at + BarCell.high] ?? 0) &&
    trade.price > (cells[at + BarCell.low] ?? 0) &&
    trade.position !== cells[at + BarCell.openPosition] &&
    trade.position !== cells[at + BarCell.closePosition]
  );
}

/** Takes the amounts of a cancelled trade out; prices are the caller's business. */
export function subtractTrade(cells: Float64Array, at: number, trade: TradeRecord): void {
  cells[at + BarCell.trades] = (cells[at + BarCell.trades] ?? 0) - 1;
  cells[at + BarCell.volume] = (cells[at + BarCell.volume] ?? 0) - trade.size;
  subtractProduct(cells, at + BarCell.turnover, trade);
  cells[at + BarCell.dirty] = 1;
}

function setOpen(cells: Float64Array, at: number, trade: TradeRecord): void {
  cells[at + BarCell.open] = trade.price;
  setOrder(cells, at + BarCell.openTsHi, trade);
}

function setClose(cells: Float64Array, at: number, trade: TradeRecord): void {
  cells[at + BarCell.close] = trade.price;
  setOrder(cells, at + BarCell.closeTsHi, trade);
}

function setOrder(cells: Float64Array, at: number, trade: TradeRecord): void {
  cells[at] = trade.tsHi;
  cells[at + 1] = trade.tsLo;
  cells[at + 2] = trade.position;
}

/** Whether `trade` comes before the (time, position) stored at `at`. */
function isBefore(trade: TradeRecord, cells: Float64Array, at: number): boolean {
  const hi = cells[at] ?? 0;
  if (trade.tsHi !== hi) return trade.tsHi < hi;
  const lo = cells[at + 1] ?? 0;
  if (trade.tsLo !== lo) return trade.tsLo < lo;
  return trade.position < (cells[at + 2] ?? 0);
}
