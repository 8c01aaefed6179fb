import { DbnEncoder, MboRecord, RType, SCHEMA_NAMES, metadataBytes } from '@tickwire/wire-dbn';
import type { DbnMetadata } from '@tickwire/wire-dbn';

/** Of a file of orders, version 3. */
export const METADATA: DbnMetadata = {
  ...{ version: 3, dataset: 'XNAS.ITCH', schema: SCHEMA_NAMES.indexOf('mbo'), tsOut: false },
  ...{ start: 1n, end: 2n, limit: 0n, stypeIn: 1, stypeOut: 0, symbolCstrLength: 71 },
  ...{ symbols: ['MSFT'], partial: [], notFound: [], mappings: [] },
};

/** A stream of so many orders, which differ. */
export function orderStream(records: number): Uint8Array {
  const encoder = new DbnEncoder(new Uint8Array(metadataBytes(METADATA) + records * 56));
  encoder.metadata(METADATA);
  const order = new MboRecord();
  for (let index = 0; index < records; index += 1) {
    encoder.begin(order, RType.Mbo);
    order
      .setOrderIdWords(index, index)
      .setSequence(index)
      .setPrice(index * 1_000_003);
    order.setInstrumentId(index % 500).setTsEventWords(0x1654_e2db, index);
  }
  return encoder.written;
}
