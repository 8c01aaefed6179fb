/**
 * Reads the history for clients: one question at a time, a bounded line of those who wait, and a
 * deadline for each, so that one client's large question harms neither the others nor the stream.
 *
 * The store is opened when it is needed and closed soon after: an api that nobody asks for history
 * does not hold a database, and new instruments are seen.
 */
import type { DirectoryEntry } from '@tickwire/core';
import { ABSENT, AssetClass, SUPERSEDES_NONE, TextForm } from '@tickwire/core';
import { StoreError, openStore, rowToTick } from '@tickwire/io-store';
import type { QueryResult, QueryStore, QueryValue } from '@tickwire/io-store';
import { TickView, describeTick } from '@tickwire/wire-tick';
import type { TickJson } from '@tickwire/wire-tick';
import { barOfTicks } from '../bar-message.ts';
import type { BarMessage } from '../bar-message.ts';
import { ApiError } from '../errors.ts';
import { writeCursor } from './cursor.ts';
import { TICK_NAMES, barSql, instrumentSql, tickSql } from './history-query.ts';
import type { BarQuery, Sql, TickQuery } from './history-query.ts';

const MEMORY_MIB = 256;
/** A database that was opened longer ago is opened anew: it knows the instruments of then. */
const OPEN_MS = 2_000;

export interface HistoryPage<Row> {
  readonly rows: readonly Row[];
  /** For the next page; null at the end of what is stored now. */
  readonly cursor: string | null;
}

export interface HistoryReaderOptions {
  readonly dataDir: string;
  readonly timeoutMs: number;
  readonly queueMax: number;
}

type Work<T> = (store: QueryStore) => Promise<T>;

export class HistoryReader {
  readonly #options: HistoryReaderOptions;
  #line: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #store: QueryStore | undefined;
  #closing: NodeJS.Timeout | undefined;
  #isOpen = true;

  constructor(options: HistoryReaderOptions) {
    this.#options = options;
  }

  /** Questions asked and not answered yet. */
  get waiting(): number {
    return this.#waiting;
  }

  ticks(query: TickQuery, signal?: AbortSignal): Promise<HistoryPage<TickJson>> {
    const sql = tickSql(query);
    return this.#ask(signal, async (store) => {
      const entries = await entriesOf(store, query.symbol);
      const rows = await rowsOf(store, sql, query.limit);
      return pageOf(rows, query.limit, (row) => toTick(row, 0, entries));
    });
  }

  bars(query: BarQuery, signal?: AbortSignal): Promise<HistoryPage<BarMessage>> {
    const sql = barSql(query);
    return this.#ask(signal, async (store) => {
      const entries = await entriesOf(store, query.symbol);
      const rows = await rowsOf(store, sql, query.limit);
      return pageOf(rows, query.limit, (row) => toBar(row, entries));
    });
  }

  /** What is being asked ends with an error, and the store is closed. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#store?.interrupt();
    await this.#line.catch(() => undefined);
    this.#closeStore();
  }

  /** @throws ApiError `TOO_MANY` when the line is full, `TIMEOUT`, `STORE_UNREADABLE`. */
  #ask<T>(signal: AbortSignal | undefined, work: Work<T>): Promise<T> {
    if (this.#waiting > this.#options.queueMax) {
      const message = 'other questions to the history are being answered: ask again in a moment';
      return Promise.reject(new ApiError('TOO_MANY', message));
    }
    this.#waiting++;
    const answer = this.#line
      .catch(() => undefined)
      .then(() => this.#answer(signal, work))
      .finally(() => this.#waiting--);
    this.#line = answer.catch(() => undefined);
    return answer;
  }

  async #answer<T>(signal: AbortSignal | undefined, work: Work<T>): Promise<T> {
    if (!this.#isOpen || signal?.aborted === true) {
      throw new ApiError('TIMEOUT', 'nobody waits for the answer any more');
    }
    let isLate = false;
    const interrupt = (): void => {
      isLate = true;
      this.#store?.interrupt();
    };
    const timer = setTimeout(interrupt, this.#options.timeoutMs);
    signal?.addEventListener('abort', interrupt);
    try {
      return await work(await this.#openStore());
    } catch (error) {
      if (error instanceof ApiError || !(error instanceof StoreError)) throw error;
      if (isLate) {
        const { timeoutMs } = this.#options;
        throw new ApiError('TIMEOUT', `not answered within ${timeoutMs} ms: ask for less`);
      }
      throw new ApiError('STORE_UNREADABLE', 'the stored history cannot be read now');
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', interrupt);
    }
  }

  async #openStore(): Promise<QueryStore> {
    if (this.#store !== undefined) return this.#store;
    const { dataDir } = this.#options;
    const store = await openStore(dataDir, { memoryMiB: MEMORY_MIB, threads: 1 });
    this.#store = store;
    this.#closing = setTimeout(() => {
      // After the question that is being answered, whoever waits behind it opens another.
      this.#line = this.#line.then(() => this.#closeStore());
    }, OPEN_MS);
    return store;
  }

  #closeStore(): void {
    clearTimeout(this.#closing);
    this.#store?.close();
    this.#store = undefined;
  }
}

type Row = readonly QueryValue[];
type Entries = ReadonlyMap<string, DirectoryEntry>;

async function rowsOf(store: QueryStore, sql: Sql, limit: number): Promise<readonly Row[]> {
  const { rows } = await store.query(sql.text, { rowsMax: limit + 1, values: sql.values });
  return rows;
}

async function entriesOf(store: QueryStore, symbol: string): Promise<Entries> {
  const sql = instrumentSql(symbol);
  const result = await store.query(sql.text, { rowsMax: 1_000_000, values: sql.values });
  return new Map(result.rows.map((row) => toEntry(result, row)));
}

function toEntry({ columns }: QueryResult, row: Row): [string, DirectoryEntry] {
  const of = (name: string): QueryValue => row[columns.findIndex((c) => c.name === name)] ?? null;
  const index = Number(of('index'));
  const entry: DirectoryEntry = {
    index,
    vendor: String(of('vendor')),
    venue: String(of('venue')),
    symbol: String(of('symbol')),
    priceExp: Number(of('price_exp')),
    sizeExp: Number(of('size_exp')),
    markExp: Number(of('mark_exp')),
    // What a tick's description does not need.
    ...{ canonicalSymbol: '', currency: '', assetClass: AssetClass.Unknown },
    ...{ textForm: TextForm.Stripped, supersedes: SUPERSEDES_NONE },
    ...{ tickSize: ABSENT, lotSize: ABSENT, multiplierE9: ABSENT, expirySec: ABSENT },
  };
  return [`${String(of('ring_id'))} ${index}`, entry];
}

interface Placed<Item> {
  readonly item: Item;
  readonly timeNs: string;
  readonly ringId: string;
  readonly position: number;
}

function pageOf<Item>(
  rows: readonly Row[],
  limit: number,
  convert: (row: Row) => Placed<Item>,
): HistoryPage<Item> {
  const placed = rows.slice(0, limit).map(convert);
  const last = placed.at(-1);
  const isMore = rows.length > limit && last !== undefined;
  return { rows: placed.map(({ item }) => item), cursor: isMore ? writeCursor(last) : null };
}

/** The tick in the columns from `first` on, as 64 bytes again. */
function tickAt(row: Row, first: number): { tick: TickView; ringId: string; position: number } {
  const named = Object.fromEntries(TICK_NAMES.map((name, at) => [name, row[first + at] ?? null]));
  const tick = new TickView().wrap(new DataView(rowToTick(named).buffer), 0);
  return { tick, ringId: String(named.ring_id), position: Number(named.position) };
}

function toTick(row: Row, first: number, entries: Entries): Placed<TickJson> {
  const { tick, ringId, position } = tickAt(row, first);
  const entry = entries.get(`${ringId} ${tick.instrument}`);
  const json: TickJson = { ...describeTick(tick, entry), position, ringId };
  return { item: json, timeNs: String(json.tsRecv), ringId, position };
}

function toBar(row: Row, entries: Entries): Placed<BarMessage> {
  const { item: prices, ringId, position } = toTick(row, 0, entries);
  const { tick } = tickAt(row, TICK_NAMES.length);
  const entry = entries.get(`${ringId} ${tick.instrument}`);
  if (entry === undefined) {
    throw new ApiError('STORE_UNREADABLE', 'a stored bar names no known instrument');
  }
  const bar = barOfTicks(prices, tick, { ringId, position, entry });
  return { item: bar, timeNs: bar.startNs, ringId, position };
}
