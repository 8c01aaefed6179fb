/** The counters of a system's services, read from their files, alive or dead. */
import { readdirSync } from 'node:fs';
import { summariseLatency } from '@tickwire/core';
import type { CounterSnapshot, LatencySummary } from '@tickwire/core';
import { readStats, statsPath } from '@tickwire/io-service';

export interface Accounting {
  /** By service; one that left no counters is not in it. */
  readonly services: ReadonlyMap<string, CounterSnapshot>;
}

const SUFFIX = '.stats';

/** Reads the counters of every service that left some in the ring directory. */
export function readAccounting(ringDir: string): Accounting {
  const services = new Map<string, CounterSnapshot>();
  for (const name of listFiles(ringDir)) {
    if (!name.endsWith(SUFFIX) || name.startsWith('.')) continue;
    const service = name.slice(0, -SUFFIX.length);
    try {
      services.set(service, readStats(statsPath(ringDir, service)));
    } catch {
      // Not counters of a service, or just being made: whoever needs it sees that it is missing.
    }
  }
  return { services };
}

export function counterTables(accounting: Accounting): ReadonlyMap<string, number>[] {
  return [...accounting.services.values()].map((snapshot) => snapshot.values);
}

/** Sum of one counter over all services. */
export function sumCounter(accounting: Accounting, name: string): number {
  return sumCounters(accounting, (candidate) => candidate === name);
}

/** Sum of all counters whose name is wanted. */
export function sumCounters(accounting: Accounting, isWanted: (name: string) => boolean): number {
  let sum = 0;
  for (const { values } of accounting.services.values()) {
    for (const [name, value] of values) {
      if (isWanted(name)) sum += value;
    }
  }
  return sum;
}

/** Stages in the order of the data; any others follow. */
const STAGES = ['wire', 'decode', 'ring', 'bar', 'persist'] as const;
const PREFIX = 'latency/';

/** Percentiles by stage, over all services that record the stage. */
export function latencyByStage(accounting: Accounting): Record<string, LatencySummary> {
  const byStage = new Map<string, Float64Array[]>(STAGES.map((stage) => [stage, []]));
  for (const { histograms } of accounting.services.values()) {
    for (const [name, cells] of histograms) {
      if (!name.startsWith(PREFIX)) continue;
      const stage = name.slice(PREFIX.length);
      byStage.set(stage, [...(byStage.get(stage) ?? []), cells]);
    }
  }
  const summaries: Record<string, LatencySummary> = {};
  for (const [stage, histograms] of byStage) {
    const summary = summariseLatency(...histograms);
    if (summary !== undefined) summaries[stage] = summary;
  }
  return summaries;
}

function listFiles(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}
