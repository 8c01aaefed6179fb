/** The report of a run: its accounting, latency, gaps, restarts and use of resources, as JSON. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { LatencySummary } from '@tickwire/core';
import { SystemError } from '../errors.ts';
import type { RestartRecord } from '../supervise/service-spec.ts';
import { counterTables, latencyByStage, sumCounter, sumCounters } from './accounting.ts';
import type { Accounting } from './accounting.ts';
import type { Ledger, LedgerEntry } from './gap-ledger.ts';
import { hopRows } from './hop-rows.ts';
import type { HopRow } from './hop-rows.ts';

export interface RunFacts {
  readonly version: string;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly vendors: readonly string[];
  readonly live: boolean;
  readonly seed: number | null;
  /** Ring id (hex) by ring name: ticks of another run have others. */
  readonly ringIds: Readonly<Record<string, string>>;
  /** What went wrong besides the counts; empty when the run was clean. */
  readonly problems: readonly string[];
}

export interface StoreFacts {
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
}

export interface RunReport {
  readonly run: Omit<RunFacts, 'startedAtMs'> & { readonly startedAt: string };
  readonly hops: readonly HopRow[];
  readonly latency: Readonly<Record<string, LatencySummary>>;
  readonly gaps: readonly LedgerEntry[];
  /** Gaps beyond those listed. */
  readonly gapsOmitted: number;
  readonly restarts: readonly (Omit<RestartRecord, 'atMs'> & { readonly at: string })[];
  readonly services: readonly { name: string; cpuMs: number; pssBytes: number }[];
  readonly bars: { readonly closed: number };
  readonly store: StoreFacts;
}

export interface ReportParts {
  readonly run: RunFacts;
  readonly expectedHops: readonly string[];
  readonly accounting: Accounting;
  readonly ledger: Ledger;
  readonly restarts: readonly RestartRecord[];
  readonly services: readonly { name: string; cpuMs: number; pssBytes: number }[];
}

export function assembleReport(parts: ReportParts): RunReport {
  const { startedAtMs, ...run } = parts.run;
  return {
    run: { startedAt: new Date(startedAtMs).toISOString(), ...run },
    hops: hopRows(counterTables(parts.accounting), parts.expectedHops),
    latency: latencyByStage(parts.accounting),
    gaps: parts.ledger.entries,
    gapsOmitted: parts.ledger.omitted,
    restarts: parts.restarts.map(({ atMs, ...restart }) => ({
      ...restart,
      at: new Date(atMs).toISOString(),
    })),
    services: parts.services.map(({ name, cpuMs, pssBytes }) => ({ name, cpuMs, pssBytes })),
    bars: { closed: sumCounter(parts.accounting, 'count/bars.closed') },
    store: storeFacts(parts.accounting),
  };
}

/** What lies in the store, by the persistence service's own gauges. */
export function storeFacts(accounting: Accounting): StoreFacts {
  const rows = sumCounters(accounting, (name) => /^hop\/store\.[^/]+\/\w+\/out$/.test(name));
  return {
    rows,
    files: sumCounter(accounting, 'gauge/store.files'),
    bytes: sumCounter(accounting, 'gauge/store.bytes'),
  };
}

/** Writes the report in one step: a reader never sees half of it. */
export function writeReport(path: string, report: unknown): void {
  const full = resolve(path);
  const tmp = `${full}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(tmp, `${JSON.stringify(report, undefined, 2)}\n`);
    renameSync(tmp, full);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SystemError('FAILED', `the report ${path} cannot be written: ${why}`, { cause });
  }
}
