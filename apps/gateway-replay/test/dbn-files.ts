/** Files of DBN of any size, made block by block. */
import { closeSync, openSync, writeSync } from 'node:fs';
import {
  DbnEncoder,
  RType,
  SCHEMA_NAMES,
  STYPE_NAMES,
  SYMBOL_BYTES,
  Side,
  TIME_OPEN,
  TradeRecord,
} from '@tickwire/wire-dbn';

const BLOCK_RECORDS = 20_000;
const RECORD_BYTES = 56;
/** 2020-12-28T13:00:00Z. */
export const START_NS = 1_609_160_400_000_000_000n;

/** A file of so many trades, `stepNs` apart; the first has `first` as its sequence. */
export function writeTrades(
  path: string,
  { records, first = 0, stepNs = 1_000 }: { records: number; first?: number; stepNs?: number },
): void {
  const encoder = new DbnEncoder(new Uint8Array(BLOCK_RECORDS * RECORD_BYTES));
  const trade = new TradeRecord();
  const file = openSync(path, 'w');
  encoder.metadata({
    ...{ version: 3, dataset: 'GLBX.MDP3', schema: SCHEMA_NAMES.indexOf('trades') },
    ...{ start: START_NS, end: TIME_OPEN, limit: 0n, tsOut: false },
    ...{ stypeIn: STYPE_NAMES.indexOf('raw_symbol'), stypeOut: 0, symbolCstrLength: SYMBOL_BYTES },
    ...{ symbols: ['ESH1'], partial: [], notFound: [] },
    mappings: [
      { rawSymbol: 'ESH1', intervals: [{ startDate: 20201228, endDate: 20201229, symbol: '7' }] },
    ],
  });
  for (let at = first; at < first + records; at += 1) {
    while (!encoder.begin(trade, RType.Trade)) {
      writeSync(file, encoder.written);
      encoder.clear();
    }
    const time = START_NS + BigInt(at * stepNs);
    trade.setInstrumentId(7).setPrice(3_722_750_000_000).setSize(3).setSide(Side.Ask);
    trade.setTsEventBigInt(time).setTsRecvBigInt(time).setSequence(at);
  }
  writeSync(file, encoder.written);
  closeSync(file);
}
