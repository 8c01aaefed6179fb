/**
 * One simulator, one gateway as a process of its own with its own folders, and a reader of its
 * ring: what each test runs on. Everything is stopped when the test ends, in the reverse order.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectHops, hopImbalance } from '@tickwire/core';
import type { HopReport } from '@tickwire/core';
import { readStats, statsPath } from '@tickwire/io-service';
import { startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { RingObserver } from './ring-observer.ts';
import type { VendorDescription, VendorSimulator } from './vendor-description.ts';

/** Generous: it only decides how long a failure takes. */
const CONDITION_MS = 20_000;

export interface BenchStart {
  readonly symbols?: readonly string[];
  /** Messages a second. */
  readonly rate?: number;
  readonly faults?: string;
  readonly coarseList?: boolean;
  readonly shortHeartbeat?: boolean;
}

/** A line of the gap ledger, as far as every vendor has it. */
export interface LedgerRecord {
  readonly id: number;
  readonly symbol?: string;
  readonly firstMissing?: string;
  readonly missing?: number;
  readonly noticedBy: string;
  /** ns since the Unix epoch, decimal. */
  readonly noticedTs: string;
  readonly state: 'open' | 'repaired';
}

export class ConformanceBench {
  readonly vendor: VendorDescription;
  readonly seed: number;
  readonly symbols: readonly string[];
  readonly simulator: VendorSimulator;
  readonly #folder: string;
  readonly #ringDir: string;
  readonly #ended: (() => Promise<void> | void)[] = [];
  #gateway: TestProcess | undefined;
  #ring: RingObserver | undefined;

  private constructor(parts: {
    vendor: VendorDescription;
    seed: number;
    symbols: readonly string[];
    simulator: VendorSimulator;
  }) {
    this.vendor = parts.vendor;
    this.seed = parts.seed;
    this.symbols = parts.symbols;
    this.simulator = parts.simulator;
    const name = `conformance-${parts.vendor.vendor}`;
    this.#folder = temporaryDirectory({ name });
    this.#ringDir = temporaryDirectory({ name, shared: true });
  }

  /** Starts the simulator, the gateway and the reader; the gateway is ready. */
  static async start(
    vendor: VendorDescription,
    seed: number,
    options: BenchStart = {},
  ): Promise<ConformanceBench> {
    const symbols = options.symbols ?? vendor.symbols;
    const simulator = await vendor.startSimulator({
      ...{ seed, symbols, rate: options.rate ?? 400, faults: options.faults ?? '' },
      coarseList: options.coarseList ?? false,
      shortHeartbeat: options.shortHeartbeat ?? false,
    });
    const bench = new ConformanceBench({ vendor, seed, symbols, simulator });
    try {
      await bench.startGateway();
    } catch (error) {
      await bench.close();
      throw error;
    }
    return bench;
  }

  get gateway(): TestProcess {
    if (this.#gateway === undefined) throw new Error('the gateway was not started');
    return this.#gateway;
  }

  get ring(): RingObserver {
    if (this.#ring === undefined) throw new Error('the ring was not opened');
    return this.#ring;
  }

  get ringPlace(): { dir: string; name: string } {
    return { dir: this.#ringDir, name: this.vendor.ringName };
  }

  /** Starts a gateway, the first one or the next after one that ended; the reader stays. */
  async startGateway(): Promise<void> {
    const runDir = join(this.#folder, 'run');
    mkdirSync(runDir, { recursive: true });
    const { script, env } = this.vendor.gateway({
      ...{ simulator: this.simulator, symbols: this.symbols, ringDir: this.#ringDir, runDir },
      dataDir: this.#folder,
    });
    const gateway = startProcess({ script, env });
    this.#gateway = gateway;
    this.#ended.push(async () => {
      if (!gateway.hasEnded) gateway.child.kill('SIGKILL');
      await gateway.ended;
    });
    await gateway.ready(CONDITION_MS);
    this.#ring ??= new RingObserver({ ...this.ringPlace, sequenced: this.vendor.sequenced });
  }

  /** Waits until every instrument is live, and has ticks. */
  async live(): Promise<void> {
    await this.until(
      () =>
        this.ring.areLive(this.symbols) &&
        this.symbols.every((symbol) => this.ring.of(symbol).ticks > 0),
      'every instrument to be live',
    );
  }

  /**
   * Waits for a condition; a gateway that ends meanwhile fails the test at once.
   *
   * @param leastMs - Waits that long in any case: for documented times.
   */
  async until(probe: () => boolean, what: string, leastMs = 0): Promise<void> {
    const deadlineMs = Math.max(leastMs, this.vendor.conditionMs ?? CONDITION_MS);
    await waitFor(
      () => {
        if (this.gateway.hasEnded) {
          throw new Error(`the gateway ended while waiting for ${what}: ${this.gateway.stderr}`);
        }
        return probe();
      },
      { what: `${what} (seed ${this.seed})`, deadlineMs },
    );
  }

  /**
   * Stops the markets and waits until all that was sent was read and every instrument is live.
   *
   * @param lost - Messages that were on their way to a gateway when it was killed.
   */
  async settle(lost = 0): Promise<void> {
    this.simulator.setRate(0);
    const { wireHop, parseHop } = this.vendor;
    // Counted as received before it is counted as parsed, and as that before its outcome is.
    const isParsed = (): boolean => {
      const received = this.hop(wireHop).out;
      const parse = this.hop(parseHop);
      const isRead = received >= this.simulator.sent() - lost;
      return isRead && parse.in >= received && hopImbalance(parse) === 0;
    };
    await this.until(
      () => isParsed() && this.ring.areLive(this.symbols),
      'all that was sent to be read, and every instrument to be live',
    );
  }

  /** SIGTERM, and the end of the ring. Returns how the gateway ended and how long it took. */
  async drain(): Promise<{ code: number | null; signal: string | null; tookMs: number }> {
    const startMs = performance.now();
    const end = await this.gateway.stop();
    const tookMs = performance.now() - startMs;
    await this.ring.done;
    return { ...end, tookMs };
  }

  hop(name: string): HopReport {
    const { values } = readStats(statsPath(this.#ringDir, this.vendor.service));
    const hop = collectHops([values]).get(name);
    if (hop === undefined) throw new Error(`the gateway counts no hop "${name}"`);
    return hop;
  }

  counter(name: string): number {
    return readStats(statsPath(this.#ringDir, this.vendor.service)).values.get(name) ?? 0;
  }

  ledger(): LedgerRecord[] {
    const path = join(this.#folder, 'ledger', `${this.vendor.ledger}.ndjson`);
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, 'utf8').split('\n');
    // The last line may be half written while the gateway lives.
    return lines.slice(0, -1).map((line): LedgerRecord => JSON.parse(line));
  }

  async close(): Promise<void> {
    for (const end of this.#ended.reverse()) await end();
    await this.#ring?.close();
    await this.simulator.close();
  }
}
