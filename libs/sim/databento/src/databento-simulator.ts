/** The simulated gateway: a market on the clock, a listening port, and its clients. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Timers, TimerHandle } from '@tickwire/core';
import {
  AddressWindows,
  FaultLog,
  HOST_CLOCK,
  HostTimers,
  SimulatorError,
  VenueClock,
  createRandom,
} from '@tickwire/sim-kit';
import type { FaultEntry } from '@tickwire/sim-kit';
import { fileDataset, seededDataset } from './datasets.ts';
import { databentoFaults } from './faults.ts';
import type { DatabentoFaults, TimedFault } from './faults.ts';
import type { FileDataset } from './files/file-dataset.ts';
import { FileMarket } from './files/file-market.ts';
import { scanFiles } from './files/file-scan.ts';
import type { DatabentoInstrument, ListedInstrument } from './instruments.ts';
import type { LimitBook } from './limit-book.ts';
import { LiveClient } from './live-client.ts';
import { LiveSession } from './live-session.ts';
import type { SeededDbnMarket } from './market.ts';
import { MarketPace } from './market-pace.ts';
import type { MarketSource } from './market-source.ts';
import { SIMULATED_KEY, checkOptions } from './options.ts';
import type { DatabentoSimulatorOptions } from './options.ts';
import { RecordLog } from './record-log.ts';
import type { SharedDataset } from './session-subscriptions.ts';
import { ClientCounts, SimulatorCounts } from './simulator-counts.ts';
import type { SessionReport } from './simulator-counts.ts';

const NS_PER_MS = 1e6;
const GATEWAY_VERSION = '0.1.0-simulated';
const CHALLENGE_BYTES = 16;
const REPORTS_MAX = 10_000;
/** Connections that are not authenticated, at a time. */
const STRANGERS_MAX = 1_000;
/** Whose connections of the last second are known. */
const ADDRESSES_MAX = 10_000;
const FAULTS_KEPT_MAX = 1_000_000;
const SUBSCRIPTIONS_PER_SEC = 10;
const BEHIND_DEFAULT = 100_000;
/** Files at full speed leave a session so small a share of what it may be behind. */
const ROOM_SHARE = 4;
const LOG_BYTES_DEFAULT = 2 ** 28;

export class DatabentoSimulator {
  readonly counts: SimulatorCounts;
  readonly faultLog: FaultLog;
  /** Of the seeded market; none of a market from files. */
  readonly instruments: readonly DatabentoInstrument[];
  readonly #options: DatabentoSimulatorOptions;
  readonly #shared: SharedDataset;
  #faults: DatabentoFaults;
  readonly #timers: Timers;
  readonly #clock: VenueClock;
  readonly #source: MarketSource;
  readonly #seeded: SeededDbnMarket | undefined;
  readonly #server: Server;
  readonly #connectRate: AddressWindows | undefined;
  readonly #sockets = new Set<Socket>();
  readonly #clients = new Set<LiveClient>();
  readonly #ended: SessionReport[] = [];
  readonly #faultTimers = new Set<TimerHandle>();
  #sessions = 0;
  #port = 0;
  #clockOffsetMs = 0;
  #isRestarting = false;

  /**
   * @param files - What the files of the options hold, where there are any.
   * @throws SimulatorError `BAD_OPTION`, `BAD_FAULT`.
   */
  constructor(options: DatabentoSimulatorOptions, files?: FileDataset) {
    checkOptions(options);
    this.#options = options;
    this.#faults = databentoFaults(options.faults ?? '');
    this.#timers = options.timers ?? new HostTimers();
    this.#clock = new VenueClock(options.clock ?? HOST_CLOCK);
    this.counts = new SimulatorCounts(options.cells);
    this.faultLog = new FaultLog({ entriesMax: FAULTS_KEPT_MAX, write: undefined });
    const { historyMs = 0, connectsPerSecMax } = options;
    this.#connectRate = connectsPerSecMax === undefined ? undefined : perSecond(connectsPerSecMax);
    this.#server = createServer((socket) => this.#arrive(socket));
    const log = new RecordLog(options.logBytesMax ?? LOG_BYTES_DEFAULT);
    if (files === undefined) {
      const opensAtMs = this.#clock.startMs - historyMs;
      const seeded = seededDataset({ options, log, opensAtMs });
      const { market } = seeded;
      this.instruments = seeded.instruments;
      this.#shared = seeded;
      this.#seeded = market;
      this.#source = new MarketPace({
        ...{ market, timers: this.#timers, onPass: () => this.#pump() },
        elapsedNs: () => this.#clock.elapsedNs() + historyMs * NS_PER_MS,
      });
      return;
    }
    this.instruments = [];
    this.#shared = fileDataset(files, log);
    const { speed = 1, loops = false } = options.files ?? {};
    this.#source = new FileMarket({
      ...{ files, log, speed, loops, timers: this.#timers, onPass: () => this.#pump() },
      monotonicNs: () => this.#clock.elapsedNs(),
      hasRoom: () => this.#hasRoom(),
      onFailure: (error) => options.onFilesFailed?.(error),
    });
  }

  /** Where clients connect. */
  get port(): number {
    return this.#port;
  }

  /** All that there are, of a market from files as well. */
  get listed(): readonly ListedInstrument[] {
    return this.#shared.instruments;
  }

  get dataset(): string {
    return this.#shared.dataset;
  }

  /** ms of the timeline that were left out because they could not be made up. */
  get leftOutMs(): number {
    return this.#source.leftOutMs;
  }

  /** Sessions that are open, then those that have ended, the last 10,000. */
  reports(): SessionReport[] {
    return [...[...this.#clients].map((client) => client.report), ...this.#ended];
  }

  /** A book as it is now; undefined while nothing has happened to the instrument. */
  book(instrument: DatabentoInstrument): LimitBook | undefined {
    return this.#seeded?.book(instrument.index);
  }

  /** Makes the history, then lets clients in. @throws the error of `listen`: `EADDRINUSE`. */
  async start(): Promise<void> {
    if (this.#source instanceof MarketPace) this.#source.catchUp();
    await this.#listen(this.#options.port ?? 0);
    if (this.#beginsAtOnce()) this.#source.start();
    this.#planFaults();
  }

  /**
   * Other faults from now on, '' = none; their times count from here.
   * @throws SimulatorError `BAD_FAULT`.
   */
  setFaults(spec: string): void {
    this.#faults = databentoFaults(spec);
    for (const timer of this.#faultTimers) this.#timers.clearTimer(timer);
    this.#faultTimers.clear();
    this.#isRestarting = false;
    this.#planFaults();
    for (const client of this.#clients) client.setFaults(this.#faults);
  }

  /** Events of books a second from now on; 0 = the market stands still. */
  setRate(rate: number): void {
    checkOptions({ rate });
    this.#seededPace().setRate(rate);
    this.#pump();
  }

  /** Lets one instrument act so many times now, whatever the rate. */
  step(instrument: DatabentoInstrument, events: number): void {
    const pace = this.#seededPace();
    pace.catchUp();
    for (let made = 0; made < events; made += 1) {
      this.#seeded?.act(instrument.index, pace.dueNs());
    }
    this.#pump();
  }

  /** Ends every session in order and frees the port. */
  async close(): Promise<void> {
    this.#source.stop();
    for (const timer of this.#faultTimers) this.#timers.clearTimer(timer);
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const client of this.#clients) client.close('shutdown');
    // A client that does not hear of it does not keep the port.
    for (const socket of this.#sockets) socket.destroySoon();
    await closed;
  }

  /** @throws SimulatorError `BAD_OPTION` of a market from files. */
  #seededPace(): MarketPace {
    if (this.#source instanceof MarketPace) return this.#source;
    throw new SimulatorError('BAD_OPTION', 'rate', 'a market from files has its own');
  }

  #planFaults(): void {
    for (const rule of this.#faults.restarts) this.#plan(rule, () => this.#restart(rule.forMs));
    for (const rule of this.#faults.clockJumps) this.#plan(rule, () => this.#jump(rule.byMs));
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
    const nowMs = this.#clock.monotonicMs();
    if (this.#connectRate?.take(socket.remoteAddress ?? '', nowMs) === false) {
      this.counts.addRefused('connection-rate');
      socket.destroy();
      return;
    }
    const { sessionsMax = 50, keys = [SIMULATED_KEY] } = this.#options;
    if (this.#clients.size >= sessionsMax + STRANGERS_MAX) {
      this.counts.addRefused('connection-limit');
      socket.resetAndDestroy();
      return;
    }
    socket.setNoDelay(true);
    this.#sessions += 1;
    const number = this.#sessions;
    // Of another life of the simulator another one.
    const sessionId = `${this.#clock.startMs}${String(number).padStart(6, '0')}`;
    const random = createRandom(`${this.#options.seed ?? '1'}/session/${number}`);
    const isRefused = this.#faults.refuseAuth > 0 && random.chance(this.#faults.refuseAuth);
    if (isRefused) this.#fault(number, { fault: 'refuse-auth' });
    const session = new LiveSession({
      ...{ dataset: this.#shared.dataset, keys, isRefused, gatewayVersion: GATEWAY_VERSION },
      challenge: randomBytes(CHALLENGE_BYTES).toString('hex'),
      sessionId,
      limitReached: () => (this.#authenticated() >= sessionsMax ? sessionsMax : undefined),
    });
    const account = this.#options.account?.(sessionId);
    const { behindMax = BEHIND_DEFAULT, authTimeoutMs = 30_000 } = this.#options;
    const { subscriptionsPerSecMax = SUBSCRIPTIONS_PER_SEC } = this.#options;
    const client: LiveClient = new LiveClient({
      ...{ number, socket, session, random, behindMax, authTimeoutMs, subscriptionsPerSecMax },
      ...{ shared: this.#shared, faults: this.#faults, timers: this.#timers },
      counts: new ClientCounts(this.counts, account),
      nowNs: () => this.#source.elapsedNs() + this.#clockOffsetMs * NS_PER_MS,
      monotonicMs: () => this.#clock.monotonicMs(),
      onStarted: () => this.#source.start(),
      onFault: (entry) => this.#fault(number, entry),
      onEnded: (report) => {
        this.#clients.delete(client);
        if (this.#ended.length >= REPORTS_MAX) this.#ended.shift();
        this.#ended.push(report);
      },
    });
    this.#clients.add(client);
  }

  #authenticated(): number {
    let sessions = 0;
    for (const client of this.#clients) sessions += client.isAuthenticated ? 1 : 0;
    return sessions;
  }

  #beginsAtOnce(): boolean {
    const { files } = this.#options;
    return files === undefined || files.begins === 'simulator';
  }

  /** Whether no session is so far behind that it would lose what is read now. */
  #hasRoom(): boolean {
    const { behindMax = BEHIND_DEFAULT } = this.#options;
    for (const client of this.#clients) {
      if (client.behind >= behindMax / ROOM_SHARE) return false;
    }
    return true;
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
    this.#source.setRecvOffset(this.#clockOffsetMs * NS_PER_MS);
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

/** So many connections of one address. */
const perSecond = (limit: number): AddressWindows =>
  new AddressWindows({ limit, windowMs: 1_000, addressesMax: ADDRESSES_MAX });

/**
 * Starts a simulator of the live gateway.
 * @throws SimulatorError `BAD_OPTION`, `BAD_FAULT`; the error of `listen`: `EADDRINUSE`.
 */
export async function startDatabentoSimulator(
  options: DatabentoSimulatorOptions = {},
): Promise<DatabentoSimulator> {
  checkOptions(options);
  const { files } = options;
  const scanned = files === undefined ? undefined : await scanFiles(files.paths);
  const simulator = new DatabentoSimulator(options, scanned);
  await simulator.start();
  return simulator;
}
