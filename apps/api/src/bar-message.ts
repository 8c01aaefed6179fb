/** A bar as clients get it, from the stream and from the history alike; the form of the bus. */
import type { DirectoryEntry } from '@tickwire/core';
import { BarFlag, describeTick } from '@tickwire/wire-tick';
import type { TickJson, TickView } from '@tickwire/wire-tick';
import { z } from 'zod';

const FLAG_NAMES = [
  [BarFlag.Partial, 'partial'],
  [BarFlag.ClosedByClock, 'closed-by-clock'],
  [BarFlag.NoTrades, 'no-trades'],
] as const;

/** Decimals as text, unknown values null; the key is (ringId, position). */
export const barMessage = z.object({
  ringId: z.string().regex(/^[0-9a-f]{16}$/),
  position: z.int().min(0),
  vendor: z.string(),
  venue: z.string(),
  symbol: z.string(),
  intervalMs: z.int().min(1),
  startNs: z.string(),
  open: z.string().nullable(),
  high: z.string().nullable(),
  low: z.string().nullable(),
  close: z.string().nullable(),
  volume: z.string().nullable(),
  turnover: z.string().nullable(),
  trades: z.int(),
  coverage: z.number(),
  revision: z.int(),
  flags: z.array(z.string()),
});
export type BarMessage = z.infer<typeof barMessage>;

/**
 * The bar of its two ticks.
 * @param prices - The BAR_PRICE tick, described.
 * @param volume - The BAR_VOLUME tick.
 */
export function barOfTicks(
  prices: TickJson,
  volume: TickView,
  at: { ringId: string; position: number; entry: DirectoryEntry },
): BarMessage {
  const { ringId, position, entry } = at;
  const amounts = describeTick(volume, entry);
  const text = (value: unknown): string | null => (value === undefined ? null : String(value));
  return {
    ringId,
    position,
    vendor: entry.vendor,
    venue: entry.venue,
    symbol: entry.symbol,
    intervalMs: volume.intervalMs,
    startNs: String(prices.tsEvent),
    open: text(prices.open),
    high: text(prices.high),
    low: text(prices.low),
    close: text(prices.close),
    volume: text(amounts.volume),
    turnover: text(amounts.turnover),
    trades: volume.trades,
    coverage: volume.coverageE4 / 1e4,
    revision: volume.revision,
    flags: FLAG_NAMES.filter(([bit]) => (volume.barFlags & bit) !== 0).map(([, name]) => name),
  };
}
