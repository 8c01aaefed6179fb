import { ABSENT, formatDecimal } from '@tickwire/core';
import type { DirectoryEntry } from '@tickwire/core';
import type { ClosedBar } from '@tickwire/domain-bars';
import { BarFlag } from '@tickwire/wire-tick';

/** Where the bar is in the bar ring: its key, the same for a copy that arrives twice. */
export interface BarPlace {
  readonly ringId: string;
  readonly position: number;
}

const FLAG_NAMES = [
  [BarFlag.Partial, 'partial'],
  [BarFlag.ClosedByClock, 'closed-by-clock'],
  [BarFlag.NoTrades, 'no-trades'],
] as const;

/**
 * A bar as one JSON object for the bus. Decimals are strings, exact; a value that is unknown is
 * null; `startNs` is text because it is beyond 2^53.
 */
export function barMessage(bar: ClosedBar, entry: DirectoryEntry, place: BarPlace): string {
  const price = (mantissa: number): string | null => decimal(mantissa, bar.priceExp);
  return JSON.stringify({
    ringId: place.ringId,
    position: place.position,
    vendor: entry.vendor,
    venue: entry.venue,
    symbol: entry.symbol,
    intervalMs: bar.intervalMs,
    startNs: `${bar.startMs}000000`,
    open: price(bar.open),
    high: price(bar.high),
    low: price(bar.low),
    close: price(bar.close),
    volume: decimal(bar.volume, bar.sizeExp),
    turnover: bar.turnoverText(),
    trades: bar.trades,
    coverage: bar.coverageE4 / 1e4,
    revision: bar.revision,
    flags: FLAG_NAMES.filter(([bit]) => (bar.barFlags & bit) !== 0).map(([, name]) => name),
  });
}

function decimal(mantissa: number, exponent: number): string | null {
  return mantissa === ABSENT ? null : (formatDecimal(mantissa, exponent) ?? null);
}
