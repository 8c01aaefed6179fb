import { ABSENT, formatDecimal } from '@tickwire/core';

/** The best bid and offer, as mantissas; `ABSENT` where a side is empty. */
export interface BestPrices {
  bidPrice: number;
  bidSize: number;
  askPrice: number;
  askSize: number;
  /** Exponents of these prices and sizes. */
  priceExp: number;
  sizeExp: number;
}

export const noPrices = (): BestPrices => ({
  bidPrice: ABSENT,
  bidSize: ABSENT,
  askPrice: ABSENT,
  askSize: ABSENT,
  priceExp: 0,
  sizeExp: 0,
});

/** Whether the venue states what the book shows. */
export function areEqual(book: BestPrices, stated: BestPrices): boolean {
  if (book.priceExp !== stated.priceExp || book.sizeExp !== stated.sizeExp) {
    return textOf(book) === textOf(stated);
  }
  return (
    book.bidPrice === stated.bidPrice &&
    book.askPrice === stated.askPrice &&
    book.bidSize === stated.bidSize &&
    book.askSize === stated.askSize
  );
}

/** `3.5 @ 101.2 / 2 @ 101.3`: exact, and the same for the same values at other exponents. */
export function textOf(prices: BestPrices): string {
  const price = (mantissa: number): string => formatDecimal(mantissa, prices.priceExp) ?? '-';
  const size = (mantissa: number): string => formatDecimal(mantissa, prices.sizeExp) ?? '-';
  const bid = `${size(prices.bidSize)} @ ${price(prices.bidPrice)}`;
  return `${bid} / ${size(prices.askSize)} @ ${price(prices.askPrice)}`;
}
