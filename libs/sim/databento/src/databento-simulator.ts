/** The simulated gateway: a market on the clock, a listening port, and its clients. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Timers, TimerHandle } from '@tickwire/core';
import { FaultLog, HOST_CLOCK, HostTimers, VenueClock, createRandom } from '@tickwire/sim-kit';
import type { FaultEntry } from '@tickwire/sim-kit';
import { databentoFaults } from './faults.ts';
import type { DatabentoFaults, TimedFault } from './faults.ts';
import { simulatedInstruments } from './instruments.ts';
import type { DatabentoInstrument } from './instruments.ts';
import type { LimitBook } from './limit-book.ts';
import { LiveClient } from './live-client.ts';
import { LiveSession, refusalLine } from './live-session.ts';
import { SeededDbnMarket } from './market.ts';
import { MarketPace } from './market-pace.ts';
import { SIMULATED_KEY, checkOptions } from './options.ts';
import type { DatabentoSimulatorOptions } from './options.ts';
import { RecordLog } from './record-log.ts';
import { MADE_SCHEMAS } from './schema-codes.ts';
import type { SharedDataset } from './session-subscriptions.ts';
import { SimulatorCounts } from './simulator-counts.ts';
import type { SessionReport } from './simulator-counts.ts';
import { Symbology } from './symbology.ts';

const NS_PER_MS = 1e6;
const GATEWAY_VERSION = '0.1.0-simulated';
const CHALLENGE_BYTES = 16;
const REPORTS_MAX = 10_000;
const FAULTS_KEPT_MAX = 1_000_000;

export class DatabentoSimulator {
  readonly counts: SimulatorCounts;
  readonly faultLog: FaultLog;
  readonly #options: DatabentoSimulatorOptions;
  readonly #shared: SharedDataset;
  readonly #faults: DatabentoFaults;
  readonly #timers: Timers;
  readonly #clock: VenueClock;
  readonly #pace: MarketPace;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #clients = new Set<LiveClient>();
  readonly #ended: SessionReport[] = [];
  readonly #faultTimers = new Set<TimerHandle>();
  #sessions = 0;
  #port = 0;
  #clockOffsetMs = 0;
  #isRestarting = false;

  /** @throws SimulatorError `BAD_OPTION`, `BAD_FAULT`. */
  constructor(options: DatabentoSimulatorOptions) {
    checkOptions(options);
    this.#options = options;
    this.#faults = databentoFaults(options.faults ?? '');
    this.#timers = options.timers ?? new HostTimers();
    this.#clock = new VenueClock(options.clock ?? HOST_CLOCK);
    this.counts = new SimulatorCounts(options.cells);
    this.faultLog = new FaultLog({ entriesMax: FAULTS_KEPT_MAX, write: undefined });
    const { historyMs = 0 } = options;
    this.#shared = sharedDataset(options, this.#clock.startMs - historyMs);
    this.#pace = new MarketPace({
      ...{ market: this.#shared.market, timers: this.#timers },
      elapsedNs: () => this.#clock.elapsedNs() + historyMs * NS_PER_MS,
      onPass: () => this.#pump(),
    });
    this.#server = createServer((socket) => this.#arrive(socket));
  }

  /** Where clients connect. */
  get port(): number {
    return this.#port;
  }

  get instruments(): readonly DatabentoInstrument[] {
    return this.#shared.instruments;
  }

  /** ms of the timeline that were left out because they could not be made up. */
  get leftOutMs(): number {
    return this.#pace.leftOutMs;
  }

  /** Sessions that are open, then those that have ended, the last 10,000. */
  reports(): SessionReport[] {
    return [...[...this.#clients].map((client) => client.report), ...this.#ended];
  }

  /** A book as it is now; undefined while nothing has happened to the instrument. */
  book(instrument: DatabentoInstrument): LimitBook | undefined {
    return this.#shared.market.book(instrument.index);
  }

  /** Makes the history, then lets clients in. @throws the error of `listen`: `EADDRINUSE`. */
  async start(): Promise<void> {
    this.#pace.catchUp();
    await this.#listen(this.#options.port ?? 0);
    this.#pace.start();
    for (const rule of this.#faults.restarts) this.#plan(rule, () => this.#restart(rule.forMs));
    for (const rule of this.#faults.clockJumps) this.#plan(rule, () => this.#jump(rule.byMs));
  }

  /** Ends every session in order and frees the port. */
  async close(): Promise<void> {
    this.#pace.stop();
    for (const timer of this.#faultTimers) this.#timers.clearTimer(timer);
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const client of this.#clients) client.close('shutdown');
    // A client that does not hear of it does not keep the port.
    for (const socket of this.#sockets) socket.destroySoon();
    await closed;
  }

  async #listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, this.#options.host ?? '127.0.0.1', () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    const address = this.#server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
  }

  #arrive(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    if (this.#isRestarting) {
      socket.resetAndDestroy();
      return;
    }
    this.counts.addOpened();
    const { sessionsMax = 50, keys = [SIMULATED_KEY] } = this.#options;
    if (this.#clients.size >= sessionsMax) {
      this.counts.addRefused('connection-limit');
      socket.end(refusalLine(`Connection limit of ${sessionsMax} exceeded.`));
      return;
    }
    socket.setNoDelay(true);
    this.#sessions += 1;
    const number = this.#sessions;
    const random = createRandom(`${this.#options.seed ?? '1'}/session/${number}`);
    const isRefused = this.#faults.refuseAuth > 0 && random.chance(this.#faults.refuseAuth);
    if (isRefused) this.#fault(number, { fault: 'refuse-auth' });
    const session = new LiveSession({
      ...{ dataset: this.#shared.dataset, keys, isRefused, gatewayVersion: GATEWAY_VERSION },
      challenge: randomBytes(CHALLENGE_BYTES).toString('hex'),
      sessionId: String(number),
    });
    const { behindMax = 100_000, authTimeoutMs = 30_000 } = this.#options;
    const client: LiveClient = new LiveClient({
      ...{ number, socket, session, random, behindMax, authTimeoutMs },
      ...{ shared: this.#shared, faults: this.#faults, timers: this.#timers, counts: this.counts },
      nowNs: () => this.#pace.elapsedNs() + this.#clockOffsetMs * NS_PER_MS,
      monotonicMs: () => this.#clock.monotonicMs(),
      onFault: (entry) => this.#fault(number, entry),
      onEnded: (report) => {
        this.#clients.delete(client);
        if (this.#ended.length >= REPORTS_MAX) this.#ended.shift();
        this.#ended.push(report);
      },
    });
    this.#clients.add(client);
  }

  #pump(): void {
    for (const client of this.#clients) client.pump();
  }

  #restart(forMs: number): void {
    this.#fault(0, { fault: 'restart' });
    for (const client of this.#clients) client.destroy('fault');
    this.#isRestarting = true;
    this.#after(forMs, () => {
      this.#isRestarting = false;
    });
  }

  #jump(byMs: number): void {
    this.#fault(0, { fault: 'clock-jump' });
    this.#clockOffsetMs += byMs;
    this.#shared.market.setRecvOffset(this.#clockOffsetMs * NS_PER_MS);
  }

  #fault(connection: number, entry: Omit<FaultEntry, 'atMs' | 'connection'>): void {
    const whole = { atMs: this.#clock.nowMs(), connection, ...entry };
    this.faultLog.add(whole);
    this.#options.onFault?.(whole);
  }

  #plan(rule: TimedFault, run: () => void): void {
    this.#after(rule.afterMs, () => {
      if (rule.repeats) this.#plan(rule, run);
      run();
    });
  }

  #after(delayMs: number, run: () => void): void {
    const handle = this.#timers.setTimer(delayMs, () => {
      this.#faultTimers.delete(handle);
      run();
    });
    this.#faultTimers.add(handle);
  }
}

/**
 * Starts a simulator of the live gateway.
 * @throws SimulatorError `BAD_OPTION`, `BAD_FAULT`; the error of `listen`: `EADDRINUSE`.
 */
export async function startDatabentoSimulator(
  options: DatabentoSimulatorOptions = {},
): Promise<DatabentoSimulator> {
  const simulator = new DatabentoSimulator(options);
  await simulator.start();
  return simulator;
}

function sharedDataset(options: DatabentoSimulatorOptions, opensAtMs: number): SharedDataset {
  const { seed = '1', dataset = 'GLBX.MDP3', rate = 500, logBytesMax = 2 ** 28 } = options;
  const instruments = simulatedInstruments({ count: options.instruments ?? 8, opensAtMs });
  const schemas = new Set(options.schemas ?? MADE_SCHEMAS);
  const log = new RecordLog(logBytesMax);
  const { onEvent } = options;
  const market = new SeededDbnMarket({
    ...{ seed, instruments, opensAtMs, rate, schemas, log },
    ...(onEvent === undefined ? {} : { onEvent }),
  });
  const symbology = new Symbology(instruments);
  return { dataset, opensAtMs, instruments, schemas, symbology, market, log };
}
