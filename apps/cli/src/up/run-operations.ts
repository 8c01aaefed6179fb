/**
 * What the supervisor counts and shows of a running system besides its table: its own metrics, the
 * list of targets for Prometheus, and the comparison of what simulators sent with what their
 * gateways took.
 */
import { openStats } from '@tickwire/io-service';
import { startOperations } from '@tickwire/io-telemetry';
import type { RunningOperations } from '@tickwire/io-telemetry';
import {
  SupervisorCells,
  WireAudit,
  gatewayName,
  simulatorName,
  writePrometheusTargets,
} from '@tickwire/system';
import type { Folders, Supervisor, UpOptions } from '@tickwire/system';

const NAME = 'supervisor';

export interface RunOperationsOptions {
  readonly options: UpOptions;
  readonly folders: Folders;
  /** A line for the person. */
  readonly note: (line: string) => void;
}

export class RunOperations {
  readonly #folders: Folders;
  readonly #cells: SupervisorCells;
  readonly #audits: readonly WireAudit[];
  readonly #server: RunningOperations;
  #supervisor: Supervisor | undefined;
  #targets = '';

  private constructor(parts: {
    folders: Folders;
    cells: SupervisorCells;
    audits: readonly WireAudit[];
    start: (shown: () => Supervisor | undefined) => RunningOperations;
  }) {
    this.#folders = parts.folders;
    this.#cells = parts.cells;
    this.#audits = parts.audits;
    this.#server = parts.start(() => this.#supervisor);
  }

  /** @throws the error of `listen` when the address of the operations door cannot be used. */
  static async open({ options, folders, note }: RunOperationsOptions): Promise<RunOperations> {
    const stats = openStats(folders.ringDir, NAME);
    let shown = (): Supervisor | undefined => undefined;
    const server = await startOperations({
      service: NAME,
      host: options.telemetryHost,
      port: options.telemetryPort,
      otlpUrl: undefined,
      traceSampleEvery: 0,
      stats,
      health: () => healthOf(shown()),
      log: { warn: (_details, message) => note(`Operations door: ${message}.`) },
    });
    const audits = options.live
      ? []
      : options.vendors.map((vendor) => auditOf(vendor, folders, stats));
    return new RunOperations({
      ...{ folders, audits },
      cells: new SupervisorCells(stats),
      start(current) {
        shown = current;
        return server;
      },
    });
  }

  get url(): string {
    return this.#server.url;
  }

  /** Once a second, and while the system drains. */
  look(supervisor: Supervisor): void {
    this.#supervisor = supervisor;
    this.#cells.show(supervisor.services());
    for (const audit of this.#audits) audit.look();
    const ready = supervisor.ready;
    const targets = JSON.stringify([...ready.values()].map((info) => info.ops ?? null));
    if (targets === this.#targets) return;
    this.#targets = targets;
    writePrometheusTargets(this.#folders.runDir, { ready, supervisorUrl: this.url });
  }

  /** Everything has ended: the last word on what was lost between processes. */
  finish(): void {
    for (const audit of this.#audits) audit.finish();
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}

function auditOf(vendor: string, folders: Folders, stats: ReturnType<typeof openStats>): WireAudit {
  return new WireAudit({
    vendor,
    runDir: folders.runDir,
    ringDir: folders.ringDir,
    dataDir: folders.dataDir,
    simulator: simulatorName(vendor),
    gateway: gatewayName(vendor),
    stats,
    nowMs: () => Date.now(),
  });
}

/** The system is well when each of its services runs and says that it is well. */
function healthOf(supervisor: Supervisor | undefined): {
  phase: 'starting' | 'running' | 'stopping';
  ok: boolean;
  reason: string;
} {
  const services = supervisor?.services() ?? [];
  const phase = services.some(({ state }) => state === 'stopping' || state === 'exited')
    ? 'stopping'
    : services.length === 0 || services.some(({ state }) => state === 'waiting')
      ? 'starting'
      : 'running';
  const unwell = services.filter(({ state, reason }) => state !== 'running' || reason !== '');
  const reason = unwell
    .map(({ service, state, reason: why }) => `${service} ${why === '' ? state : why}`)
    .join('; ');
  return { phase, ok: unwell.length === 0, reason };
}
