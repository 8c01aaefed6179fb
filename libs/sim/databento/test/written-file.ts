/** Files of DBN for tests: trades of two instruments at the times that a test says. */
import { writeFileSync } from 'node:fs';
import { zstdCompressSync } from 'node:zlib';
import {
  DbnEncoder,
  MboRecord,
  RType,
  SCHEMA_NAMES,
  SCHEMA_NONE,
  STYPE_NAMES,
  TradeRecord,
  metadataBytes,
} from '@tickwire/wire-dbn';
import type { DbnMetadata } from '@tickwire/wire-dbn';

export const FILE_OPENS_AT_NS = 1_609_160_400_000_000_000n;
const RECORD_BYTES = 64;
const SYMBOL_BYTES = 71;

export interface WrittenTrade {
  readonly id: number;
  /** ms after `FILE_OPENS_AT_NS`, of `ts_recv`. */
  readonly atMs: number;
  readonly sequence: number;
  /** Default `trade`. */
  readonly as?: 'trade' | 'mbo';
}

export function writeTrades(
  path: string,
  trades: readonly WrittenTrade[],
  of: {
    readonly dataset?: string;
    readonly isPacked?: boolean;
    readonly tsOut?: boolean;
    /** The file is of no one schema, as a recording of a live session is. */
    readonly isMixed?: boolean;
  } = {},
): void {
  const { dataset = 'GLBX.MDP3', isPacked = false, tsOut = false, isMixed = false } = of;
  const schema = isMixed ? SCHEMA_NONE : SCHEMA_NAMES.indexOf('trades');
  const metadata: DbnMetadata = {
    ...{ version: 3, dataset, schema, limit: 0n, tsOut },
    ...{ start: FILE_OPENS_AT_NS, end: FILE_OPENS_AT_NS + 1_000_000_000n },
    ...{ stypeIn: STYPE_NAMES.indexOf('raw_symbol'), stypeOut: 0, symbols: ['ONE', 'TWO'] },
    ...{ symbolCstrLength: SYMBOL_BYTES, partial: [], notFound: [] },
    mappings: ['ONE', 'TWO'].map((rawSymbol, index) => ({
      rawSymbol,
      intervals: [{ startDate: 20201228, endDate: 20201229, symbol: String(index + 1) }],
    })),
  };
  const bytes = new Uint8Array(metadataBytes(metadata) + trades.length * RECORD_BYTES);
  const encoder = new DbnEncoder(bytes, { tsOut });
  encoder.metadata(metadata);
  const [trade, order] = [new TradeRecord(), new MboRecord()];
  for (const { id, atMs, sequence, as } of trades) {
    const record = as === 'mbo' ? order : trade;
    encoder.begin(record, as === 'mbo' ? RType.Mbo : RType.Trade);
    const at = FILE_OPENS_AT_NS + BigInt(atMs) * 1_000_000n;
    const [hi, lo] = [Number(at >> 32n), Number(at & 0xffff_ffffn)];
    record.setInstrumentId(id).setTsEventWords(hi, lo);
    record.setTsRecvWords(hi, lo).setSequence(sequence).setPrice(1e9).setSize(1);
  }
  writeFileSync(path, isPacked ? zstdCompressSync(encoder.written) : encoder.written);
}
