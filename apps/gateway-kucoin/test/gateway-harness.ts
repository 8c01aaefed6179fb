/** The gateway as a process, the simulator as a server, and a reader of the ring between them. */
import { join } from 'node:path';
import { StreamState, collectHops, formatDecimal } from '@tickwire/core';
import { BookBuilder, BookTrust } from '@tickwire/domain-book';
import type { BookSide } from '@tickwire/domain-book';
import { openRing } from '@tickwire/io-rings';
import { readStats, statsPath } from '@tickwire/io-service';
import { startKucoinSimulator } from '@tickwire/sim-kucoin';
import type { KucoinSimulator, KucoinSimulatorOptions } from '@tickwire/sim-kucoin';
import { startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { TickFlag, TickKind, TickView } from '@tickwire/wire-tick';
import { expect, onTestFinished } from 'vitest';

export const SYMBOLS = ['BTC-USDT', 'ETH-USDT', 'XRP-USDT', 'DOGE-USDT'];

export interface SeenGap {
  symbol: string;
  first: number;
  count: number;
  reason: number;
}

/** Reads the ring to its end: books, gaps, and how many ticks of which kind. */
export class Reader {
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

  get entryCount(): number {
    return this.#subscription.directory.count;
  }

  trusted(): boolean {
    return SYMBOLS.every((symbol) => this.book(symbol)?.trust === BookTrust.Trusted);
  }
}

export async function setUp(
  options: KucoinSimulatorOptions & { gateway?: Record<string, string> },
) {
  const { gateway: extra, ...simulated } = options;
  const simulator = await startKucoinSimulator({ symbols: SYMBOLS, seed: 7, ...simulated });
  onTestFinished(() => simulator.close());
  const ringDir = temporaryDirectory({ name: 'gateway-ring', shared: true });
  const dataDir = temporaryDirectory({ name: 'gateway-data' });
  const startGateway = () =>
    startProcess({
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
  const gateway = startGateway();
  await gateway.ready();
  const subscription = openRing({ dir: ringDir, name: 'kucoin.0', from: 'oldest' });
  const reader = new Reader(subscription);
  return { simulator, ringDir, dataDir, gateway, reader, startGateway };
}

/** Stops the markets and waits until every book has caught up with its market. */
export async function settle(simulator: KucoinSimulator, reader: Reader): Promise<void> {
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

export async function stop(gateway: TestProcess): Promise<void> {
  gateway.child.kill('SIGTERM');
  expect(await gateway.ended).toEqual({ code: 0, signal: null });
}

/** Every book is that of its market, at the same sequence. */
export function expectBooks(
  simulator: KucoinSimulator,
  reader: Pick<Reader, 'book'>,
  symbols: readonly string[] = SYMBOLS,
): void {
  for (const symbol of symbols) {
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

export function hopsOf(ringDir: string) {
  const { values, histograms } = readStats(statsPath(ringDir, 'gateway-kucoin'));
  const hops = collectHops([values]);
  const hop = (name: string) => {
    const found = hops.get(name);
    if (found === undefined) throw new Error(`no hop ${name}`);
    return found;
  };
  return { values, histograms, hop };
}
