/**
 * `tickwire up`: takes the data directory, starts the plan, shows it, drains it, reports.
 *
 *   lock ▸ check memory ▸ start ▸ show until the end is asked for ▸ drain ▸ report ▸ clean up
 */
import { createMonotonicClock } from '@tickwire/ipc-shm';
import {
  BROKER,
  StatusSource,
  Supervisor,
  assembleReport,
  childrenOf,
  clearRingDir,
  clearRunDir,
  endChildren,
  expectedHopNames,
  findNatsBinary,
  findVendor,
  makeFolders,
  markLedger,
  movedPortNotes,
  pageAddress,
  planServices,
  readAccounting,
  readLedger,
  requireMemory,
  takeDataDir,
  takeRingDir,
  writeSupervisorRecord,
} from '@tickwire/system';
import type { ChildProcessIdentity, Folders, RunReport, UpOptions } from '@tickwire/system';
import type { Terminal } from '../terminal.ts';
import { finishRun } from './finish-run.ts';
import { RunOperations } from './run-operations.ts';
import { listenForStop } from './stop-request.ts';
import type { StopRequest } from './stop-request.ts';
import { createUpDisplay } from './up-display.ts';
import type { UpDisplay } from './up-display.ts';

export interface UpContext {
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
  readonly version: string;
  readonly random: () => number;
  /** The program of a service's app. */
  entryOf(app: string): string;
}

/** Samples of CPU and memory, and looks at the counters between two lines. */
const LOOK_MS = 1_000;
const DRAIN_LOOK_MS = 250;
const BARS_SHOWN = 6;

/** @returns the exit code: 0 when the run was clean and every hop balances. */
export async function runUp(options: UpOptions, context: UpContext): Promise<number> {
  const folders = makeFolders(options);
  takeDataDir(folders.runDir, folders.dataDir);
  try {
    takeRingDir(folders.ringDir);
  } catch (error) {
    clearRunDir(folders.runDir);
    throw error;
  }
  // What a run left that was killed with all its services.
  clearRingDir(folders.ringDir, { keepLock: true });
  try {
    return await new UpRun(options, context, folders).run();
  } finally {
    clearRingDir(folders.ringDir);
    clearRunDir(folders.runDir);
  }
}

class UpRun {
  readonly #options: UpOptions;
  readonly #context: UpContext;
  readonly #folders: Folders;
  readonly #display: UpDisplay;
  readonly #source: StatusSource;
  readonly #startedAtMs = Date.now();
  readonly #startedMs = performance.now();
  readonly #ringIds = new Map<string, string>();
  #supervisor: Supervisor | undefined;
  #operations: RunOperations | undefined;
  /** When everything was ready: a run's duration counts from then. */
  #readyMs: number | undefined;
  #looks = 0;

  constructor(options: UpOptions, context: UpContext, folders: Folders) {
    this.#options = options;
    this.#context = context;
    this.#folders = folders;
    this.#source = new StatusSource({
      ringDir: folders.ringDir,
      monotonicNs: createMonotonicClock(),
      bars: BARS_SHOWN,
    });
    this.#display = createUpDisplay(context.terminal, {
      json: options.json,
      heading: { ...options, dataDir: options.dataDir, bus: () => this.#busText() },
    });
  }

  async run(): Promise<number> {
    const ledgerMark = markLedger(this.#folders.dataDir);
    const supervisor = this.#makeSupervisor();
    this.#supervisor = supervisor;
    const { options, folders } = { options: this.#options, folders: this.#folders };
    const note = (line: string): void => this.#display.note(line);
    this.#operations = await RunOperations.open({ options, folders, note });
    this.#writeRecord();
    const stop = listenForStop(() => void this.#endAtOnce(supervisor));
    const looking = setInterval(() => this.#look(false), LOOK_MS);
    let hasStarted = false;
    try {
      await supervisor.start(stop.signal);
      hasStarted = !stop.signal.aborted;
      if (hasStarted) this.#readyMs = performance.now();
      this.#noteStart(supervisor);
      await this.#waitForEnd(stop);
      clearInterval(looking);
      await this.#drain(supervisor);
    } catch (error) {
      clearInterval(looking);
      this.#display.close();
      await this.#drain(supervisor);
      throw error;
    } finally {
      clearInterval(looking);
      stop.dispose();
      this.#display.close();
      this.#operations.finish();
      await this.#operations.close();
    }
    const report = this.#makeReport(supervisor, ledgerMark);
    this.#source.close();
    return finishRun(report, { ...this.#options, hasStarted, terminal: this.#context.terminal });
  }

  #makeSupervisor(): Supervisor {
    const { folders, options, context } = {
      folders: this.#folders,
      options: this.#options,
      context: this.#context,
    };
    const plan = planServices(options, {
      folders,
      entryOf: (app) => context.entryOf(app),
      natsBinary: options.busEmbedded ? undefined : findNatsBinary(context.env.PATH),
      environment: context.env,
    });
    const vendorRings = options.vendors.reduce(
      (sum, name) => sum + (findVendor(name)?.rings(options.partitions).length ?? 0),
      0,
    );
    const { ringSlots, directoryEntries } = options;
    requireMemory(folders.ringDir, {
      ...{ vendorRings, ringSlots, directoryEntries, services: plan.length + 1 },
    });
    return new Supervisor({
      plan,
      logPath: (service) => `${folders.logDir}/${service}.log`,
      random: context.random,
      restartLimits: options.restartLimits,
      ...(options.silentMsMax === undefined ? {} : { silentMsMax: options.silentMsMax }),
      onNote: (line) => this.#display.note(line),
      onChange: () => this.#writeRecord(),
      onProcessEnd: (_service, info) => endChildren(info),
    });
  }

  #noteStart(supervisor: Supervisor): void {
    for (const note of movedPortNotes(supervisor.ready, this.#options)) this.#display.note(note);
    const page = pageAddress(supervisor.ready);
    if (page !== undefined) this.#display.note(`The page of this system: ${page}`);
    const bus = supervisor.ready.get(BROKER);
    if (bus?.kind === 'embedded') {
      this.#display.note(
        'The bus is the embedded broker: its streams are not durable. Install nats-server, or ' +
          'set NATS_URL, for ones that are.',
      );
    }
  }

  #waitForEnd(stop: StopRequest): Promise<void> {
    const { durationMs } = this.#options;
    return new Promise((resolve) => {
      if (stop.signal.aborted) return resolve();
      const timer =
        durationMs === undefined ? undefined : setTimeout(() => stop.request(), durationMs);
      stop.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #drain(supervisor: Supervisor): Promise<void> {
    this.#look(true); // the last sample of who is about to end
    const looking = setInterval(() => this.#look(true), DRAIN_LOOK_MS);
    try {
      await supervisor.stop();
    } finally {
      clearInterval(looking);
    }
    this.#look(true);
  }

  async #endAtOnce(supervisor: Supervisor): Promise<void> {
    this.#display.close();
    supervisor.kill();
    this.#context.terminal.note(
      'Ended at once: what was in flight is lost, and not accounted for.',
    );
    await supervisor.ended({ deadlineMs: 2_000 });
    clearRingDir(this.#folders.ringDir);
    clearRunDir(this.#folders.runDir);
    process.exit(1);
  }

  /** Looks at the counters; shows them when the display's interval is over, or during the drain. */
  #look(isDraining: boolean): void {
    if (this.#supervisor === undefined) return;
    this.#operations?.look(this.#supervisor);
    const status = this.#source.look(this.#supervisor.services());
    for (const { name, pid } of [{ name: 'tickwire', pid: process.pid }, ...this.#children()]) {
      this.#source.use.sample(name, pid, performance.now());
    }
    for (const ring of status.rings) this.#ringIds.set(ring.name, ring.ringId);
    const every = Math.round(this.#display.intervalMs / LOOK_MS);
    this.#looks++;
    if (isDraining ? this.#display.isDrawn : this.#looks % every === 0) {
      const readyMs = this.#readyMs;
      this.#display.show(status, readyMs === undefined ? 0 : performance.now() - readyMs);
    }
  }

  #makeReport(supervisor: Supervisor, ledgerMark: ReadonlyMap<string, number>): RunReport {
    const { options, folders } = { options: this.#options, folders: this.#folders };
    const vendors = options.vendors.map((name) => ({
      name,
      rings: findVendor(name)?.rings(options.partitions) ?? [],
    }));
    const services = supervisor.services().map((view) => view.service);
    const names = ['tickwire', ...services, ...this.#children().map((child) => child.name)];
    return assembleReport({
      run: {
        version: this.#context.version,
        startedAtMs: this.#startedAtMs,
        durationMs: Math.round(performance.now() - this.#startedMs),
        vendors: options.vendors,
        live: options.live,
        seed: options.live ? null : options.seed,
        ringIds: Object.fromEntries(this.#ringIds),
        problems: supervisor.problems(),
      },
      expectedHops: expectedHopNames({ vendors, live: options.live }),
      accounting: readAccounting(folders.ringDir),
      ledger: readLedger(folders.dataDir, ledgerMark),
      restarts: supervisor.restarts,
      services: names.flatMap((name) => this.#source.use.of(name) ?? []),
    });
  }

  /** Processes that services run themselves. */
  #children(): ChildProcessIdentity[] {
    return [...(this.#supervisor?.ready.values() ?? [])].flatMap(childrenOf);
  }

  #writeRecord(): void {
    const { options, folders } = { options: this.#options, folders: this.#folders };
    writeSupervisorRecord(folders.runDir, {
      startedAtMs: this.#startedAtMs,
      info: {
        version: this.#context.version,
        vendors: options.vendors,
        live: options.live,
        seed: options.seed,
        dataDir: folders.dataDir,
        ringDir: folders.ringDir,
        durationMs: options.durationMs ?? null,
        services: this.#supervisor?.services() ?? [],
      },
    });
  }

  #busText(): string {
    const { natsUrl } = this.#options;
    if (natsUrl !== undefined) return natsUrl;
    const info = this.#supervisor?.ready.get(BROKER);
    if (typeof info?.url !== 'string') return 'starting';
    return `${info.url} (${info.durable === true ? 'nats-server' : 'embedded, not durable'})`;
  }
}
