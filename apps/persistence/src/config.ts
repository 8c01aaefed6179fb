import { environmentNumber, serviceConfig } from '@tickwire/io-service';
import { MERGE_LIMITS_DEFAULT } from '@tickwire/io-store';
import { z } from 'zod';

const whole = environmentNumber.pipe(z.number().int().positive());

export const persistenceConfig = serviceConfig.extend({
  /** Bytes of Parquet to keep at most; the oldest days go first. */
  storeBudgetBytes: whole.default(2 * 1024 ** 3),
  /** Ticks reach the store at the latest after so long, in ms. */
  storeFlushMs: whole.default(10_000),
  /** Rows that are stored at once at most: one row group of DuckDB. */
  storeFlushRows: whole.default(122_880),
  /** Small files side by side that are merged into one: of so many, at least 2. */
  storeMergeFiles: whole.pipe(z.number().min(2)).default(MERGE_LIMITS_DEFAULT.filesMin),
  /** Rows from which a file is merged no more; a merged one has twice as many at most. */
  storeMergeRows: whole.default(MERGE_LIMITS_DEFAULT.fullRows),
  /** Bound of DuckDB's own memory in MiB. */
  storeMemoryMib: whole.default(96),
  /** Ticks are durable in the journal at the latest after so long, in ms. */
  journalSyncMs: whole.default(20),
});
export type PersistenceConfig = z.infer<typeof persistenceConfig>;
