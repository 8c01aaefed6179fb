// Goal: the gateway as a process, against the simulator as a server, keeps what it promises: every
// message accounted for, every hole declared as the oracle knows it, every book right. Method: the
// books and gaps are taken from the ring's 64-byte ticks and the ledger file only.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  StreamReason,
  StreamState,
  collectHops,
  formatDecimal,
  hopImbalance,
} from '@tickwire/core';
import { BookBuilder, BookTrust } from '@tickwire/domain-book';
import type { BookSide } from '@tickwire/domain-book';
import { openRing } from '@tickwire/io-rings';
import { readStats, statsPath } from '@tickwire/io-service';
import { startKucoinSimulator } from '@tickwire/sim-kucoin';
import type { KucoinSimulator, KucoinSimulatorOptions } from '@tickwire/sim-kucoin';
import { startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { TickFlag, TickKind, TickView } from '@tickwire/wire-tick';
import { describe, expect, onTestFinished, test } from 'vitest';

const SYMBOLS = ['BTC-USDT', 'ETH-USDT', 'XRP-USDT', 'DOGE-USDT'];

interface SeenGap {
  symbol: string;
  first: number;
  count: number;
  reason: number;
}

/** Reads the ring to its end: books, gaps, and how many ticks of which kind. */
class Reader {
  delivered = 0;
  readonly kinds = new Map<number, number>();
  readonly gaps: SeenGap[] = [];
  simulatedMissing = 0;
  /** Sequence of the first image of each symbol. */
  readonly firstImage = new Map<string, number>();
  readonly done: Promise<unknown>;
  readonly #subscription;
  readonly #builder: BookBuilder;
  readonly #tick = new TickView();

  constructor(subscription: ReturnType<typeof openRing>) {
    this.#subscription = subscription;
    this.#builder = new BookBuilder({ entry: (index) => subscription.directory.get(index) });
    this.done = subscription.run((run) => this.#take(run.view, run.count), { untilClosed: true });
  }

  #take(view: DataView, count: number): void {
    for (let index = 0; index < count; index++) {
      const tick = this.#tick.wrap(view, index * 64);
      this.delivered += 1;
      this.kinds.set(tick.kind, (this.kinds.get(tick.kind) ?? 0) + 1);
      if ((tick.flags & TickFlag.Simulated) === 0) this.simulatedMissing += 1;
      this.#builder.apply(tick);
      if (tick.kind === TickKind.Clear) this.#clear(tick);
      if (tick.kind === TickKind.Stream && tick.state === StreamState.Gap) this.#gap(tick);
    }
  }

  #clear(tick: TickView): void {
    const symbol = this.#symbolOf(tick);
    if (this.firstImage.has(symbol)) return;
    this.firstImage.set(symbol, tick.fullSequenceHi * 2 ** 32 + tick.fullSequenceLo);
  }

  #symbolOf(tick: TickView): string {
    return this.#subscription.directory.get(tick.instrument)?.symbol ?? '';
  }

  #gap(tick: TickView): void {
    this.gaps.push({
      symbol: this.#symbolOf(tick),
      first: tick.firstMissingHi * 2 ** 32 + tick.firstMissingLo,
      count: tick.missingCountHi * 2 ** 32 + tick.missingCountLo,
      reason: tick.reason,
    });
  }

  book(symbol: string) {
    const books = this.#builder.books();
    return books.find(
      (book) => this.#subscription.directory.get(book.instrument)?.symbol === symbol,
    );
  }

  trusted(): boolean {
    return SYMBOLS.every((symbol) => this.book(symbol)?.trust === BookTrust.Trusted);
  }
}

async function setUp(options: KucoinSimulatorOptions & { gateway?: Record<string, string> }) {
  const { gateway: extra, ...simulated } = options;
  const simulator = await startKucoinSimulator({ symbols: SYMBOLS, seed: 7, ...simulated });
  onTestFinished(() => simulator.close());
  const ringDir = temporaryDirectory({ name: 'gateway-ring', shared: true });
  const dataDir = temporaryDirectory({ name: 'gateway-data' });
  const gateway = startProcess({
    script: 'apps/gateway-kucoin/src/main.ts',
    env: {
      TICKWIRE_SERVICE: 'gateway-kucoin',
      TICKWIRE_RUN_DIR: join(dataDir, 'run'),
      TICKWIRE_RING_DIR: ringDir,
      TICKWIRE_DATA_DIR: dataDir,
      TICKWIRE_SYMBOLS: SYMBOLS.join(','),
      TICKWIRE_KUCOIN_REST_URL: simulator.url,
      TICKWIRE_SIMULATED: '1',
      TICKWIRE_LOG_LEVEL: 'warn',
      ...extra,
    },
  });
  await gateway.ready();
  const subscription = openRing({ dir: ringDir, name: 'kucoin.0', from: 'oldest' });
  const reader = new Reader(subscription);
  return { simulator, ringDir, dataDir, gateway, reader };
}

/** Stops the markets and waits until every book has caught up with its market. */
async function settle(simulator: KucoinSimulator, reader: Reader): Promise<void> {
  simulator.setRate(0);
  await waitFor(
    () =>
      reader.trusted() &&
      SYMBOLS.every(
        (symbol) => Number(reader.book(symbol)?.sequence ?? 0) === simulator.book(symbol).sequence,
      ),
    { what: 'all books at the sequence of their markets', deadlineMs: 20_000 },
  );
}

async function stop(gateway: TestProcess): Promise<void> {
  gateway.child.kill('SIGTERM');
  expect(await gateway.ended).toEqual({ code: 0, signal: null });
}

function expectBooks(simulator: KucoinSimulator, reader: Reader): void {
  for (const symbol of SYMBOLS) {
    const state = reader.book(symbol);
    const rows = (side: BookSide | undefined): string[][] =>
      Array.from({ length: side?.count ?? 0 }, (_, depth) => [
        formatDecimal(side?.priceAt(depth) ?? NaN, state?.priceExp ?? 0) ?? '',
        formatDecimal(side?.sizeAt(depth) ?? NaN, state?.sizeExp ?? 0) ?? '',
      ]);
    const truth = simulator.book(symbol);
    expect(Number(state?.sequence)).toBe(truth.sequence);
    expect(rows(state?.book.bids)).toEqual(truth.bids);
    expect(rows(state?.book.asks)).toEqual(truth.asks);
  }
}

function hopsOf(ringDir: string) {
  const { values, histograms } = readStats(statsPath(ringDir, 'gateway-kucoin'));
  const hops = collectHops([values]);
  const hop = (name: string) => {
    const found = hops.get(name);
    if (found === undefined) throw new Error(`no hop ${name}`);
    return found;
  };
  return { values, histograms, hop };
}

describe('gateway-kucoin against the simulator', () => {
  test('accounts for every message and tick, and has the right books at the end', async () => {
    const { simulator, ringDir, gateway, reader } = await setUp({ rate: 2_000 });
    await waitFor(() => reader.delivered > 6_000 && reader.trusted(), { what: '6,000 ticks' });
    await settle(simulator, reader);
    await stop(gateway);
    await reader.done;
    expectBooks(simulator, reader);
    const { hop, values, histograms } = hopsOf(ringDir);
    expect(hop('kucoin.wire').out).toBe(simulator.counts().sent);
    expect(hop('kucoin.parse').in).toBe(simulator.counts().sent);
    for (const name of ['kucoin.parse', 'kucoin.normalise']) {
      expect({ name, imbalance: hopImbalance(hop(name)) }).toEqual({ name, imbalance: 0 });
      expect(Object.values(hop(name).dropped).filter((count) => count > 0)).toEqual([]);
      expect(hop(name).inFlight).toBe(0);
    }
    expect(hop('kucoin.normalise').out).toBe(reader.delivered);
    expect(reader.simulatedMissing).toBe(0);
    expect(reader.gaps).toEqual([]);
    expect(values.get('count/kucoin.gaps') ?? 0).toBe(0);
    for (const kind of [TickKind.Trade, TickKind.Quote, TickKind.Level, TickKind.Stream]) {
      expect(reader.kinds.get(kind)).toBeGreaterThan(0);
    }
    for (const stage of ['latency/wire', 'latency/decode']) {
      expect(histograms.get(stage)?.some((count) => count > 0)).toBe(true);
    }
  });

  test('declares exactly the holes that the oracle made, and repairs each book', async () => {
    const { simulator, dataDir, ringDir, gateway, reader } = await setUp({
      rate: 1_500,
      faults: 'drop=0.004,dup=0.01,garbage.ticker=0.02',
    });
    const faults = () => simulator.log.entries.filter(({ fault }) => fault === 'drop').length;
    await waitFor(() => faults() >= 12 && reader.gaps.length >= 8, { what: '12 holes' });
    // A dropped message shows when the next one comes: the markets go on until all have shown.
    const lastDrops = simulator.log.total;
    await waitFor(() => simulator.log.total > lastDrops, { what: 'a fault more' });
    simulator.setRate(0);
    // The markets count in ranges far apart: a sequence tells its symbol.
    const oracle = (): number[] =>
      simulator.log.entries
        .filter(({ fault }) => fault === 'drop')
        .flatMap(({ sequenceStart = 0, sequenceEnd = 0 }) =>
          Array.from({ length: sequenceEnd - sequenceStart + 1 }, (_, at) => sequenceStart + at),
        );
    const noticed = (gaps: { first: number; count: number }[]): number[] =>
      gaps.flatMap(({ first, count }) => Array.from({ length: count }, (_, at) => first + at));
    await waitFor(() => reader.trusted(), { what: 'all books repaired', deadlineMs: 20_000 });
    await stop(gateway);
    await reader.done;
    // Neither a drop before the first change received of a symbol can be known to it (the first
    // image covers it), nor one behind the last.
    const seen = new Set(noticed(reader.gaps));
    const marketOf = (sequence: number): string =>
      SYMBOLS.find((symbol) => Math.abs(simulator.book(symbol).sequence - sequence) < 1e6) ?? '';
    const known = oracle().filter((sequence) => {
      const symbol = marketOf(sequence);
      const isCovered = sequence <= (reader.firstImage.get(symbol) ?? 0) && !seen.has(sequence);
      return !isCovered && sequence <= Number(reader.book(symbol)?.sequence);
    });
    expect(known.length).toBeGreaterThan(5);
    expect(noticed(reader.gaps).sort()).toEqual(known.sort());
    expect(reader.gaps.every(({ reason }) => reason === StreamReason.SequenceGap)).toBe(true);
    const ledger = readFileSync(join(dataDir, 'ledger', 'kucoin.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const opened = ledger.filter(({ state }) => state === 'open');
    const repaired = ledger.filter(({ state }) => state === 'repaired');
    const range = ({ firstMissing, missing }: Record<string, string>) => ({
      first: Number(firstMissing),
      count: Number(missing),
    });
    expect(noticed(opened.map(range)).sort()).toEqual(known.sort());
    expect(noticed(repaired.map(range)).sort()).toEqual(known.sort());
    expect(repaired.every(({ proof }) => Number(proof.snapshotSequence) > 0)).toBe(true);
    const { hop, values } = hopsOf(ringDir);
    expect(hopImbalance(hop('kucoin.parse'))).toBe(0);
    expect(hopImbalance(hop('kucoin.normalise'))).toBe(0);
    const count = (fault: string) =>
      simulator.log.entries.filter((entry) => entry.fault === fault).length;
    expect(hop('kucoin.parse').parts.duplicate).toBe(count('dup'));
    const rejected = Object.values(hop('kucoin.parse').dropped).reduce((sum, n) => sum + n, 0);
    expect(rejected).toBe(count('garbage'));
    expect(values.get('count/kucoin.missingSequences')).toBe(known.length);
  });

  test('comes back after the vendor restarts, says so, and has the right books', async () => {
    const { simulator, dataDir, ringDir, gateway, reader } = await setUp({
      rate: 1_000,
      gateway: { TICKWIRE_SYMBOLS_PER_CONNECTION: '2' },
    });
    await waitFor(() => reader.trusted(), { what: 'books' });
    simulator.disconnectAll();
    await waitFor(() => reader.gaps.length >= SYMBOLS.length, { what: 'the declared losses' });
    await waitFor(() => reader.trusted(), { what: 'books again', deadlineMs: 20_000 });
    await settle(simulator, reader);
    await stop(gateway);
    await reader.done;
    expectBooks(simulator, reader);
    const { hop, values } = hopsOf(ringDir);
    expect(values.get('count/kucoin.reconnects')).toBe(2);
    expect(hop('kucoin.wire').out).toBe(simulator.counts().sent);
    expect(hopImbalance(hop('kucoin.parse'))).toBe(0);
    expect(hopImbalance(hop('kucoin.normalise'))).toBe(0);
    const lines = readFileSync(join(dataDir, 'ledger', 'kucoin.ndjson'), 'utf8')
      .trim()
      .split('\n');
    const open = new Set<number>();
    for (const record of lines.map((line) => JSON.parse(line))) {
      if (record.state === 'open') open.add(record.id);
      else open.delete(record.id);
    }
    expect(open.size).toBe(0);
  });

  test('says in one sentence that the vendor cannot be reached, and exits with 1', async () => {
    const dataDir = temporaryDirectory({ name: 'gateway-data' });
    const gateway = startProcess({
      script: 'apps/gateway-kucoin/src/main.ts',
      env: {
        TICKWIRE_SERVICE: 'gateway-kucoin',
        TICKWIRE_RUN_DIR: join(dataDir, 'run'),
        TICKWIRE_RING_DIR: temporaryDirectory({ name: 'gateway-ring', shared: true }),
        TICKWIRE_DATA_DIR: dataDir,
        TICKWIRE_SYMBOLS: 'BTC-USDT',
        TICKWIRE_KUCOIN_REST_URL: 'http://127.0.0.1:1',
      },
    });
    expect(await gateway.ended).toEqual({ code: 1, signal: null });
    expect(gateway.messages).toContainEqual(
      expect.objectContaining({
        type: 'failed',
        code: 'UNREACHABLE',
        message: 'http://127.0.0.1:1 cannot be reached.',
      }),
    );
  });
});
