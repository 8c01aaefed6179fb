/** Records of a test's making, read back as a session reads them. */
import { DbnDecoder, DbnEncoder } from '@tickwire/wire-dbn';
import type { DbnRecord } from '@tickwire/wire-dbn';
import type { DatabentoNormaliser } from '../src/normaliser.ts';

/** 2024-01-01T00:00:00Z. */
export const NOW = { hi: 396_759_063, lo: 23_396_352, monotonicNs: 0 } as const;

/** Gives one record to a normaliser: what the test does not say is null. */
export function give<T extends DbnRecord>(
  normaliser: DatabentoNormaliser,
  record: T,
  what: { rtype: number; fill: (record: T) => void },
): void {
  const encoder = new DbnEncoder(new Uint8Array(1024), { version: 3 });
  encoder.begin(record, what.rtype);
  record.setTsEventWords(NOW.hi, NOW.lo);
  what.fill(record);
  giveBytes(normaliser, encoder.written);
}

/** Gives all records in some bytes. */
export function giveBytes(normaliser: DatabentoNormaliser, bytes: Uint8Array): void {
  const decoder = new DbnDecoder({ fragment: { version: 3 } });
  decoder.push(bytes);
  while (decoder.next()) normaliser.onRecord(decoder, NOW);
  normaliser.publish();
}
