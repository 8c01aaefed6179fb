import { setTimeout as delay } from 'node:timers/promises';
import { counterTables, hopRows, readAccounting } from '@tickwire/system';
import type { HopRow } from '@tickwire/system';

const LOOK_MS = 50;

/**
 * The hops of a running system. Its counters move while they are read, and what is between two
 * processes at that moment is counted by one of them only; so each hop is looked at until it
 * balances once, or the deadline says that it does not.
 */
export async function auditLive(
  ringDir: string,
  options: { deadlineMs: number; expected: readonly string[] },
): Promise<HopRow[]> {
  const balanced = new Map<string, HopRow>();
  const deadline = performance.now() + options.deadlineMs;
  for (;;) {
    const rows = hopRows(counterTables(readAccounting(ringDir)), options.expected);
    for (const row of rows) {
      if (row.balanced) balanced.set(row.name, row);
    }
    const merged = rows.map((row) => (row.balanced ? row : (balanced.get(row.name) ?? row)));
    if (merged.every((row) => row.balanced) || performance.now() > deadline) return merged;
    await delay(LOOK_MS);
  }
}
