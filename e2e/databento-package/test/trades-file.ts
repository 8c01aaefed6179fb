import { writeFileSync } from 'node:fs';
import { DbnEncoder, RType, SYMBOL_BYTES, TradeRecord } from '@tickwire/databento';

const FILE_BYTES_MAX = 1024 * 1024;
const DAY_MS = 86_400_000;
const SYMBOLS = ['ESZ6', 'NQZ6'];

export interface FileTrade {
  readonly symbol: string;
  readonly sequence: number;
  readonly size: number;
}

/** Writes a file of trades of two instruments by turns, and says what is in it. */
export function writeTrades(
  path: string,
  from: { count: number; startMs: number; stepNs: bigint },
) {
  const { count, startMs, stepNs } = from;
  const start = BigInt(startMs) * 1_000_000n;
  const encoder = new DbnEncoder(new Uint8Array(FILE_BYTES_MAX));
  encoder.metadata({
    ...{ version: 3, dataset: 'GLBX.MDP3', schema: 4, start, end: start + stepNs * BigInt(count) },
    ...{ limit: 0n, stypeIn: 1, stypeOut: 0, tsOut: false, symbolCstrLength: SYMBOL_BYTES },
    ...{ symbols: SYMBOLS, partial: [], notFound: [] },
    mappings: SYMBOLS.map((rawSymbol, at) => ({
      rawSymbol,
      intervals: [
        { startDate: dayOf(startMs), endDate: dayOf(startMs + 2 * DAY_MS), symbol: String(at + 1) },
      ],
    })),
  });
  const trade = new TradeRecord();
  const trades: FileTrade[] = [];
  for (let sequence = 0; sequence < count; sequence++) {
    const [instrument, size] = [sequence % SYMBOLS.length, 1 + (sequence % 7)];
    const time = start + BigInt(sequence) * stepNs;
    encoder.begin(trade, RType.Trade);
    trade
      .setInstrumentId(instrument + 1)
      .setSequence(sequence)
      .setSize(size);
    trade.setPrice(5_000_000_000).setTsEventBigInt(time).setTsRecvBigInt(time);
    trades.push({ symbol: SYMBOLS[instrument]!, sequence, size });
  }
  writeFileSync(path, encoder.written);
  return trades;
}

/** 20241231, UTC. */
const dayOf = (ms: number): number =>
  Number(new Date(ms).toISOString().slice(0, 10).replaceAll('-', ''));
