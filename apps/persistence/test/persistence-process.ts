/** Persistence as its own process, for tests and proofs. */
import { join } from 'node:path';
import { collectHops, hopImbalance } from '@tickwire/core';
import type { HopReport } from '@tickwire/core';
import { readStats, statsPath } from '@tickwire/io-service';
import { openStore } from '@tickwire/io-store';
import { startProcess } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';

export interface Folders {
  readonly ringDir: string;
  readonly dataDir: string;
}

export function startPersistence(
  folders: Folders,
  settings: Record<string, string> = {},
): TestProcess {
  return startProcess({
    script: 'apps/persistence/src/main.ts',
    env: {
      TICKWIRE_SERVICE: 'persistence',
      TICKWIRE_RUN_DIR: join(folders.dataDir, 'run'),
      TICKWIRE_RING_DIR: folders.ringDir,
      TICKWIRE_DATA_DIR: folders.dataDir,
      TICKWIRE_STORE_FLUSH_MS: '200',
      ...settings,
    },
  });
}

export function values(folders: Folders): Map<string, number> {
  return readStats(statsPath(folders.ringDir, 'persistence')).values;
}

export function hops(folders: Folders): Map<string, HopReport> {
  return collectHops([values(folders)]);
}

/** The three hops of a ring with what they lack to balance: 0 when they do. */
export function ringHops(
  folders: Folders,
  ring: string,
): { in: number; out: number; dropped: number; inFlight: number; imbalance: number }[] {
  const all = hops(folders);
  return [`ring.${ring}.persistence`, `journal.${ring}`, `store.${ring}`].map((name) => {
    const hop = all.get(name);
    if (hop === undefined) throw new Error(`no hop ${name}`);
    const dropped = Object.values(hop.dropped).reduce((sum, n) => sum + n, 0);
    const { in: taken, out, inFlight } = hop;
    return { in: taken, out, dropped, inFlight, imbalance: hopImbalance(hop) };
  });
}

/** Positions in the store: how many rows, how many different ones, the first and the last. */
export async function storedPositions(
  dataDir: string,
  table = 'raw_ticks',
): Promise<{ rows: number; distinct: number; first: number; last: number; wrong: number }> {
  const store = await openStore(dataDir);
  try {
    const { rows } = await store.query(
      `SELECT count(*), count(DISTINCT (ring_id, position)), min(position), max(position),
        count(*) FILTER (sequence <> position & 4294967295) FROM ${table}`,
    );
    const [total, distinct, first, last, wrong] = rows[0] ?? [];
    return {
      rows: Number(total),
      distinct: Number(distinct),
      first: Number(first),
      last: Number(last),
      wrong: Number(wrong),
    };
  } finally {
    store.close();
  }
}
