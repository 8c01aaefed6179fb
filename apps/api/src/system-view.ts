/**
 * The system around this service, looked at once a second at most, however many ask. From outside:
 * records, locks, counters and rings, as `tickwire status` does.
 */
import { findServices, processStartTicks } from '@tickwire/io-service';
import {
  StatusSource,
  isAlive,
  readAccounting,
  readLedger,
  readSupervisorRecord,
} from '@tickwire/system';
import { isSupervised } from '@tickwire/system';
import type { LedgerEntry, ServiceStatus, SystemStatus } from '@tickwire/system';

const LOOK_MS = 1_000;
const BARS_SHOWN = 64;

export interface SystemViewOptions {
  readonly runDir: string;
  readonly ringDir: string;
  readonly dataDir: string;
  readonly service: string;
  readonly monotonicNs: () => number;
}

export type HealthState = 'ok' | 'degraded' | 'down';

export interface ServiceHealth {
  readonly service: string;
  readonly role: string;
  readonly up: boolean;
  readonly healthy: boolean;
  readonly state: ServiceStatus['state'];
  readonly reason: string;
}

export interface SystemHealth {
  readonly status: HealthState;
  readonly supervised: boolean;
  readonly services: readonly ServiceHealth[];
}

type Recorded = Parameters<StatusSource['look']>[0];

export interface SystemLook {
  readonly status: SystemStatus;
  readonly health: SystemHealth;
}

export class SystemView {
  readonly #options: SystemViewOptions;
  readonly #source: StatusSource;
  readonly #startTicks = processStartTicks(process.pid);
  #look: SystemLook | undefined;
  #lookedAtMs = -Infinity;
  #ledger: readonly LedgerEntry[] = [];
  #ledgerAtMs = -Infinity;

  constructor(options: SystemViewOptions) {
    this.#options = options;
    const { ringDir, monotonicNs } = options;
    this.#source = new StatusSource({ ringDir, monotonicNs, bars: BARS_SHOWN });
  }

  /** As of a second ago at most. */
  look(): SystemLook {
    const nowMs = this.#options.monotonicNs() / 1e6;
    if (this.#look !== undefined && nowMs - this.#lookedAtMs < LOOK_MS) return this.#look;
    const { services, supervised } = this.#services();
    const status = this.#source.look(services);
    this.#look = { status, health: this.#healthOf(status, supervised) };
    this.#lookedAtMs = nowMs;
    return this.#look;
  }

  /** Gaps, the newest first. */
  gaps(): readonly LedgerEntry[] {
    const nowMs = this.#options.monotonicNs() / 1e6;
    if (nowMs - this.#ledgerAtMs >= LOOK_MS) {
      const { entries } = readLedger(this.#options.dataDir);
      this.#ledger = [...entries].sort((a, b) => compareNs(noticed(b), noticed(a)));
      this.#ledgerAtMs = nowMs;
    }
    return this.#ledger;
  }

  close(): void {
    this.#source.close();
  }

  #services(): { services: Recorded; supervised: boolean } {
    const { runDir, service } = this.#options;
    const supervised = isSupervised(runDir);
    const recorded = readSupervisorRecord(runDir)?.info.services ?? [];
    const services = recorded.map((one) => asItIs(one));
    const known = new Set(services.map((one) => one.service));
    for (const found of findServices(runDir)) {
      if (known.has(found.service) || found.service === 'supervisor') continue;
      const { pid, startTicks, alive } = found;
      // Our own lock is one that we could take again: it is held by this very process.
      const isUp = found.service === service || alive;
      services.push({
        ...{ service: found.service, role: 'consumer', pid, startTicks, restarts: 0 },
        state: isUp ? 'running' : 'exited',
        reason: isUp ? '' : 'it is gone',
      });
    }
    const self = { pid: process.pid, startTicks: this.#startTicks };
    // Our own restart is news to the record for a moment.
    return {
      supervised,
      services: services.map((one) =>
        one.service === service ? { ...one, ...self, state: 'running', reason: '' } : one,
      ),
    };
  }

  #healthOf(status: SystemStatus, supervised: boolean): SystemHealth {
    const { services: counters } = readAccounting(this.#options.ringDir);
    const services = status.services.map((one): ServiceHealth => {
      const up = one.state === 'running';
      const healthy = up && counters.get(one.service)?.values.get('gauge/health') !== 0;
      // What is well has no reason: the supervisor's record keeps the last one for a while.
      const said = one.reason === '' ? 'it says that it is not well' : one.reason;
      const reason = healthy ? '' : up ? said : one.reason;
      return { service: one.service, role: one.role, up, healthy, state: one.state, reason };
    });
    const gateways = services.filter(({ role }) => role === 'gateway');
    const isDown = gateways.length > 0 && gateways.every(({ up }) => !up);
    const isFine = services.every(({ healthy }) => healthy);
    return { status: isDown ? 'down' : isFine ? 'ok' : 'degraded', supervised, services };
  }
}

/** A record may be older than the death of what it speaks of. */
function asItIs(service: Recorded[number]): Recorded[number] {
  const claimsLife = service.state !== 'exited' && service.state !== 'failed' && service.pid > 0;
  if (!claimsLife || service.state === 'restarting' || isAlive(service)) return service;
  return { ...service, state: 'exited', reason: service.reason || 'it is gone' };
}

const noticed = (entry: LedgerEntry): string =>
  typeof entry.noticedTs === 'string' && /^\d+$/.test(entry.noticedTs) ? entry.noticedTs : '0';

/** Decimal texts beyond 2^53, compared as numbers. */
const compareNs = (a: string, b: string): number =>
  a.length === b.length ? (a < b ? -1 : a > b ? 1 : 0) : a.length - b.length;
