/**
 * The recordings in `samples/`, made from our own simulator with a fixed seed: the same bytes on
 * every machine, so a test can make them again and compare.
 *
 *   kucoin-session/      raw capture: two symbols, books, changes, quotes, trades, one lost message
 *   kucoin-session.twc   the ticks of it
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { RawCaptureWriter } from '@tickwire/io-capture';
import { renderSession } from '@tickwire/sim-kucoin';
import { loseOneChange } from './lose-one-change.ts';
import { writeTicks } from './write-ticks.ts';

const OPTIONS = {
  seed: 'samples',
  symbols: ['BTC-USDT', 'ETH-USDT'],
  startMs: Date.UTC(2025, 0, 15, 12),
  durationMs: 12_000,
  rate: 30,
  depth: 40,
} as const;
/** The message that the recording lacks, as by a network that lost it. */
const LOSS = { symbol: 'ETH-USDT', afterMs: 6_000, bookAfterMs: 400 } as const;

/** Makes the samples in `directory`; what they replace is removed first. */
export function renderSamples(directory: string): void {
  const folder = join(directory, 'kucoin-session');
  const ticks = join(directory, 'kucoin-session.twc');
  for (const path of [folder, ticks]) rmSync(path, { recursive: true, force: true });
  const whole = renderSession(OPTIONS);
  const session = loseOneChange(whole, { ...LOSS, startMs: OPTIONS.startMs });
  const writer = new RawCaptureWriter({ directory: folder });
  for (const { tsNs, text } of session.ws) writer.ws(stampOf(tsNs), Buffer.from(text));
  for (const { tsNs, method, path, body } of session.rest) {
    writer.rest(stampOf(tsNs), { method, path, body: Buffer.from(body) });
  }
  writer.close();
  writeTicks(session, ticks);
}

const stampOf = (ns: bigint): { hi: number; lo: number } => ({
  hi: Number(ns >> 32n),
  lo: Number(ns & 0xffff_ffffn),
});
