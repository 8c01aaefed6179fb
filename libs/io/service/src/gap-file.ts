import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Appends gap records to the ledger `<dataDir>/ledger/<vendor>.ndjson`: rare, so at once. */
export function openGapFile(dataDir: string, vendor: string): (record: object) => void {
  const folder = join(dataDir, 'ledger');
  mkdirSync(folder, { recursive: true, mode: 0o750 });
  const path = join(folder, `${vendor}.ndjson`);
  return (record) => appendFileSync(path, `${JSON.stringify(record)}\n`, { mode: 0o640 });
}
