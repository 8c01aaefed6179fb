/** A system as it is now: what the table, the status line and `status --json` show. */
import type { CounterSnapshot, LatencySummary } from '@tickwire/core';
import { counterTables, latencyByStage, readAccounting, sumCounter } from '../report/accounting.ts';
import type { Accounting } from '../report/accounting.ts';
import { hopRows } from '../report/hop-rows.ts';
import type { HopRow } from '../report/hop-rows.ts';
import { storeFacts } from '../report/report.ts';
import type { StoreFacts } from '../report/report.ts';
import { isSuspended } from '../supervise/process-identity.ts';
import { ResourceUse } from '../supervise/resource-use.ts';
import type { RecordedService } from '../supervise/supervisor-record.ts';
import { BarBoard } from './bar-board.ts';
import type { BarView } from './bar-board.ts';
import { RingWatch } from './ring-watch.ts';
import type { RingView } from './ring-watch.ts';

export interface ServiceStatus extends Omit<RecordedService, 'state'> {
  readonly state: RecordedService['state'] | 'suspended';
  /** What it handed on in the last interval; `null` before there are two looks. */
  readonly perSecond: number | null;
  /** `tick`, `message`, or empty when it counts neither. */
  readonly unit: string;
  readonly lost: number;
  readonly gaps: number;
  readonly cpuShare: number;
  readonly cpuMs: number;
  readonly pssBytes: number;
}

export interface RingStatus extends RingView {
  readonly ticksPerSecond: number | null;
  /** Distance of the slowest reader as a share of the slots, 0 … 1. */
  readonly fill: number;
  /** Ticks each reader is behind, by its name. */
  readonly behind: Readonly<Record<string, number>>;
}

export interface SystemStatus {
  readonly atMs: number;
  readonly services: readonly ServiceStatus[];
  readonly latency: Readonly<Record<string, LatencySummary>>;
  readonly rings: readonly RingStatus[];
  readonly hops: readonly HopRow[];
  readonly lost: number;
  readonly gaps: number;
  readonly barsClosed: number;
  readonly bars: readonly BarView[];
  readonly store: StoreFacts;
}

export interface StatusSourceOptions {
  readonly ringDir: string;
  readonly monotonicNs: () => number;
  readonly bars: number;
}

/** Looks at a system; rates are between one look and the one before. */
export class StatusSource {
  readonly use = new ResourceUse();
  readonly #options: StatusSourceOptions;
  readonly #rings: RingWatch;
  readonly #board = new BarBoard();
  readonly #before = new Map<string, { value: number; atNs: number }>();

  constructor(options: StatusSourceOptions) {
    this.#options = options;
    this.#rings = new RingWatch(options.ringDir, options.monotonicNs);
  }

  look(services: readonly RecordedService[]): SystemStatus {
    const accounting = readAccounting(this.#options.ringDir);
    const hops = hopRows(counterTables(accounting), []);
    const barReader = this.#rings.reader('bars.0', 'oldest');
    if (barReader !== undefined) this.#board.take(barReader);
    return {
      atMs: Date.now(),
      services: services.map((service) => this.#serviceStatus(service, accounting)),
      latency: latencyByStage(accounting),
      rings: this.#rings.views().map((ring) => this.#ringStatus(ring, hops)),
      hops,
      lost: sumDropped(accounting),
      gaps: sumCounter(accounting, 'count/gaps'),
      barsClosed: sumCounter(accounting, 'count/bars.closed'),
      bars: this.#board.newest(this.#options.bars),
      store: storeFacts(accounting),
    };
  }

  close(): void {
    this.#rings.close();
  }

  #serviceStatus(service: RecordedService, accounting: Accounting): ServiceStatus {
    const isRunning = service.state === 'running' || service.state === 'stopping';
    if (isRunning) this.use.sample(service.service, service.pid, performance.now());
    const use = this.use.of(service.service);
    const counters = accounting.services.get(service.service);
    const { value, unit } = throughput(counters);
    const suspended = service.state === 'running' && isSuspended(service.pid);
    return {
      ...service,
      state: suspended ? 'suspended' : service.state,
      perSecond: this.#rate(`service/${service.service}`, value),
      unit,
      lost: droppedBy(counters),
      gaps: counters?.values.get('count/gaps') ?? 0,
      cpuShare: isRunning ? (use?.cpuShare ?? 0) : 0,
      cpuMs: use?.cpuMs ?? 0,
      pssBytes: isRunning ? (use?.pssNowBytes ?? 0) : 0,
    };
  }

  #ringStatus(ring: RingView, hops: readonly HopRow[]): RingStatus {
    const prefix = `ring.${ring.name}.`;
    const behind = Object.fromEntries(
      hops
        .filter((hop) => hop.name.startsWith(prefix))
        .map((hop) => [hop.name.slice(prefix.length), Number(hop.inFlight ?? 0)]),
    );
    return {
      ...ring,
      ticksPerSecond: this.#rate(`ring/${ring.name}`, ring.published),
      fill: Math.min(1, Math.max(0, ...Object.values(behind)) / ring.slots),
      behind,
    };
  }

  #rate(key: string, value: number): number | null {
    const atNs = this.#options.monotonicNs();
    const before = this.#before.get(key);
    this.#before.set(key, { value, atNs });
    if (before === undefined || atNs <= before.atNs) return null;
    return Math.max(0, ((value - before.value) * 1e9) / (atNs - before.atNs));
  }
}

/**
 * What a service hands on: ticks it took from rings, else ticks it made, else messages. The
 * simulator counts only what it gave to its sockets.
 */
function throughput(counters: CounterSnapshot | undefined): { value: number; unit: string } {
  const sums = new Map<string, number>();
  for (const [name, value] of counters?.values ?? []) {
    const match = /^hop\/([^/]+)\/(tick|message)\/(in|out)$/.exec(name);
    if (match === null) continue;
    const [, hop = '', unit = '', end = ''] = match;
    const group = hop.startsWith('ring.') ? 'ring' : hop.endsWith('.normalise') ? 'made' : unit;
    const key = `${group}/${unit}/${end}`;
    sums.set(key, (sums.get(key) ?? 0) + value);
  }
  const wanted = ['ring/tick/out', 'made/tick/out', 'message/message/in', 'message/message/out'];
  for (const key of wanted) {
    const value = sums.get(key);
    if (value !== undefined) return { value, unit: key.split('/')[1] ?? '' };
  }
  return { value: 0, unit: '' };
}

function droppedBy(counters: CounterSnapshot | undefined): number {
  let sum = 0;
  for (const [name, value] of counters?.values ?? []) {
    if (name.startsWith('hop/') && name.includes('/dropped:')) sum += value;
  }
  return sum;
}

function sumDropped(accounting: Accounting): number {
  return [...accounting.services.values()].reduce((sum, counters) => sum + droppedBy(counters), 0);
}
