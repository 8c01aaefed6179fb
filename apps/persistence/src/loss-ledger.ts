import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Ticks that the store will never have, as a line for people and `tickwire audit`. */
export interface Loss {
  readonly ring: string;
  readonly ringId: string;
  readonly first: number;
  readonly last: number;
  readonly reason: string;
}

/**
 * Writes losses to `<dataDir>/ledger/persistence.ndjson`. The store's own account of them is the
 * ring's `gaps.ndjson`, which is durable before anything behind the gap is; this is its copy.
 */
export function openLossLedger(dataDir: string, service: string): (loss: Loss) => void {
  const directory = join(dataDir, 'ledger');
  const path = join(directory, `${service}.ndjson`);
  return (loss) => {
    mkdirSync(directory, { recursive: true, mode: 0o750 });
    const entry = {
      kind: 'gap',
      service,
      ...loss,
      count: loss.last - loss.first + 1,
      noticedAt: new Date().toISOString(),
      repaired: 'never',
      proof: 'positions of the ring',
    };
    appendFileSync(path, `${JSON.stringify(entry)}\n`);
  };
}
