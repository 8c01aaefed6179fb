/** How well a system served: the running one, the run of a file, or the store's history. */
import type { LatencySummary } from '@tickwire/core';
import { openStore } from '@tickwire/io-store';
import {
  counterTables,
  findFolders,
  hopRows,
  latencyByStage,
  readAccounting,
  readReport,
  requireRunningSystem,
} from '@tickwire/system';
import type { RunningSystem, TimeSpan } from '@tickwire/system';
import { CliError } from '../errors.ts';
import { listGaps } from './gap-list.ts';
import { readRunFile } from './run-file.ts';
import { storedAvailability } from './stored-availability.ts';
import type { Availability } from './stored-availability.ts';
import { storedLatency } from './stored-latency.ts';
import { storedRings } from './stored-rings.ts';
import { vendorTraffic } from './vendor-traffic.ts';
import type { VendorTraffic } from './vendor-traffic.ts';

export interface ServiceReport {
  /** `system`: its counters since it started. `file`: of a run. `store`: what was kept. */
  readonly source: 'system' | 'file' | 'store';
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
  readonly ticks: number;
  readonly ticksPerSecond: number;
  /** Not known of a time that no counters are kept of. */
  readonly vendors: readonly VendorTraffic[] | null;
  readonly latency: Readonly<Record<string, LatencySummary>>;
  /** `null` when no store of that time is at hand. */
  readonly availability: Availability | null;
  /** Not known of a time before the running system. */
  readonly restarts: readonly { service: string; times: number }[] | null;
  readonly gaps: { readonly open: number; readonly repaired: number };
}

export interface ReportRequest {
  readonly dataDir: string;
  readonly ringDir?: string | undefined;
  readonly report?: string | undefined;
  /** ms since the Unix epoch. */
  readonly since?: number | undefined;
}

/** Ticks of the newest seconds may be in the journal only, which queries do not see. */
const STORE_LAG_MS = 15_000;

export async function makeServiceReport(
  request: ReportRequest,
  nowMs: number,
): Promise<ServiceReport> {
  if (request.report !== undefined) return ofFile(request.report, request);
  if (request.since !== undefined) return ofStore({ ...request, since: request.since }, nowMs);
  return ofSystem(request, nowMs);
}

async function ofSystem(request: ReportRequest, nowMs: number): Promise<ServiceReport> {
  const system = requireRunningSystem(request);
  const startedAtMs = system.record?.startedAtMs;
  if (startedAtMs === undefined) {
    throw new CliError('FAILED', 'nobody recorded when this system started', {
      hint: 'Ask for its history with --since',
    });
  }
  const accounting = readAccounting(system.folders.ringDir);
  const vendors = vendorTraffic(hopRows(counterTables(accounting), []));
  const window = { fromUs: startedAtMs * 1000, toUs: (nowMs - STORE_LAG_MS) * 1000 };
  return {
    source: 'system',
    ...timeFacts(startedAtMs, nowMs, sumTicks(vendors)),
    vendors,
    latency: latencyByStage(accounting),
    availability: (await lookIntoStore(request.dataDir, window))?.availability ?? null,
    restarts: restartsOf(system),
    gaps: gapFacts(request.dataDir, startedAtMs),
  };
}

async function ofFile(path: string, request: ReportRequest): Promise<ServiceReport> {
  const { hops, gaps } = readReport(path);
  const { run, latency, restarts } = readRunFile(path);
  const fromMs = Date.parse(run.startedAt);
  const toMs = fromMs + run.durationMs;
  const vendors = vendorTraffic(hops);
  const window = { fromUs: fromMs * 1000, toUs: toMs * 1000 };
  const stored = await lookIntoStore(request.dataDir, window);
  const isOfThisRun = stored?.ringIds.some((id) => Object.values(run.ringIds).includes(id));
  const open = gaps.filter((gap) => gap.state !== 'repaired').length;
  const times = new Map<string, number>();
  for (const { service } of restarts) times.set(service, (times.get(service) ?? 0) + 1);
  return {
    source: 'file',
    ...timeFacts(fromMs, toMs, sumTicks(vendors)),
    vendors,
    latency,
    availability: isOfThisRun === true ? (stored?.availability ?? null) : null,
    restarts: [...times].map(([service, n]) => ({ service, times: n })),
    gaps: { open, repaired: gaps.length - open },
  };
}

async function ofStore(
  request: ReportRequest & { since: number },
  nowMs: number,
): Promise<ServiceReport> {
  const toMs = nowMs - STORE_LAG_MS;
  const window = { fromUs: request.since * 1000, toUs: Math.max(toMs, request.since) * 1000 };
  const stored = await lookIntoStore(request.dataDir, window);
  if (stored === undefined) {
    throw new CliError('FAILED', `there is no data directory ${request.dataDir}`, {
      hint: 'Make one with `tickwire up`, or name another --data-dir',
    });
  }
  return {
    source: 'store',
    ...timeFacts(request.since, window.toUs / 1000, stored.ticks),
    vendors: null,
    latency: stored.latency,
    availability: stored.availability,
    restarts: null,
    gaps: gapFacts(request.dataDir, request.since),
  };
}

interface StoredFacts {
  readonly ringIds: readonly string[];
  readonly ticks: number;
  readonly availability: Availability;
  readonly latency: Readonly<Record<string, LatencySummary>>;
}

/** `undefined` when there is no data directory. */
async function lookIntoStore(dataDir: string, window: TimeSpan): Promise<StoredFacts | undefined> {
  if (findFolders({ dataDir }) === undefined) return undefined;
  const store = await openStore(dataDir);
  const interrupt = (): void => store.interrupt();
  process.once('SIGINT', interrupt);
  try {
    const rings = await storedRings(store, window);
    return {
      ringIds: rings.map(({ ringId }) => ringId),
      ticks: rings.reduce((sum, { ticks }) => sum + ticks, 0),
      availability: await storedAvailability(store, rings, { window }),
      latency: await storedLatency(store, window),
    };
  } finally {
    process.off('SIGINT', interrupt);
    store.close();
  }
}

function restartsOf(system: RunningSystem): { service: string; times: number }[] {
  return system.services
    .filter(({ restarts }) => restarts > 0)
    .map(({ service, restarts }) => ({ service, times: restarts }));
}

function gapFacts(dataDir: string, sinceMs: number): ServiceReport['gaps'] {
  const { open, repaired } = listGaps(dataDir, { sinceMs });
  return { open, repaired };
}

function sumTicks(vendors: readonly VendorTraffic[]): number {
  return vendors.reduce((sum, { ticks }) => sum + ticks, 0);
}

function timeFacts(
  fromMs: number,
  toMs: number,
  ticks: number,
): Pick<ServiceReport, 'from' | 'to' | 'seconds' | 'ticks' | 'ticksPerSecond'> {
  const seconds = Math.max(0, toMs - fromMs) / 1000;
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    seconds,
    ticks,
    ticksPerSecond: seconds === 0 ? 0 : ticks / seconds,
  };
}
