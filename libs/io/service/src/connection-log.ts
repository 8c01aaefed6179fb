/**
 * What each connection carried, counted by one end of it, so that the two ends can be compared
 * after either of them was killed: the sender's count is the truth, the receiver's what came, the
 * rest was lost on the way, kernel buffers included.
 *
 * While a connection lives its count is in mapped cells, stored before the work is done; when it
 * ends a line goes into a file: one `ConnectionRecord`. A process that finds cells in use was
 * killed in its life before: it writes those lines first.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { stampToBigInt } from '@tickwire/core';
import type { Counter, CounterSnapshot, CounterTable, StampNs } from '@tickwire/core';
import { hash128 } from '@tickwire/wire-tick';

/** Connections that one process has open at a time; more are not logged, and counted. */
const SLOTS = 64;
/** Cells of a slot: key · count · undelivered · first and last receipt, high and low u32. */
const STRIDE = 7;
const [KEY, COUNT, UNDELIVERED] = [0, 1, 2] as const;
const [FIRST_HI, FIRST_LO, LAST_HI, LAST_LO] = [3, 4, 5, 6] as const;
const CELLS = 'state/connections';

/** One connection, as one end saw it. */
export interface ConnectionRecord {
  /** The same at both ends: a number made of the connection's id. */
  readonly key: number;
  /** Messages given to the connection, or taken from it. */
  readonly count: number;
  /** Of those given: such as the kernel is known not to have taken. */
  readonly undelivered: number;
  /** When the first one came, ns since the Unix epoch as text; `0` when none did, or unknown. */
  readonly firstTs: string;
  /** The same of the last one. */
  readonly lastTs: string;
  /** Why it ended; `killed` when its process was, `open` when it did not. */
  readonly reason: string;
}

/** One open connection. */
export interface LoggedConnection {
  add(messages: number): void;
  stamp(at: Readonly<StampNs>): void;
  /** Writes its line and frees its cells. Runs once; later calls do nothing. */
  close(end: { reason: string; undelivered?: number }): void;
}

export interface ConnectionLogOptions {
  /** File for the lines; its folder exists. */
  readonly path: string;
  readonly stats: CounterTable;
  /** The process's own count of the same messages, over all its connections and lives. */
  readonly total: Counter;
}

/** A number below 2^53 that stands for the id of a connection. */
export function connectionKey(id: string): number {
  const words = hash128(new TextEncoder().encode(id), new Uint32Array(4));
  return ((words[0] ?? 0) & 0x1f_ffff) * 4294967296 + (words[1] ?? 0) || 1;
}

export class ConnectionLog {
  readonly #path: string;
  readonly #cells: Float64Array;
  readonly #notLogged: Counter;

  constructor({ path, stats, total }: ConnectionLogOptions) {
    this.#path = path;
    this.#notLogged = stats.counter('count/connectionsNotLogged');
    this.#cells = stats.cells(CELLS, SLOTS * STRIDE);
    this.#reconcile(total);
    for (const at of this.#openSlots()) this.#end(at, 'killed');
  }

  open(id: string): LoggedConnection {
    const cells = this.#cells;
    const at = this.#freeSlot();
    if (at < 0) {
      this.#notLogged.add(1);
      return { add: () => undefined, stamp: () => undefined, close: () => undefined };
    }
    cells.fill(0, at, at + STRIDE);
    cells[at + KEY] = connectionKey(id);
    let isOpen = true;
    let isStamped = false;
    return {
      add(messages) {
        cells[at + COUNT] = (cells[at + COUNT] ?? 0) + messages;
      },
      stamp({ hi, lo }) {
        cells[at + LAST_HI] = hi;
        cells[at + LAST_LO] = lo;
        if (isStamped) return;
        isStamped = true;
        cells[at + FIRST_HI] = hi;
        cells[at + FIRST_LO] = lo;
      },
      close: ({ reason, undelivered }) => {
        if (!isOpen) return;
        isOpen = false;
        cells[at + UNDELIVERED] = undelivered ?? 0;
        this.#end(at, reason);
      },
    };
  }

  #freeSlot(): number {
    for (let at = 0; at < this.#cells.length; at += STRIDE) {
      if (this.#cells[at + KEY] === 0) return at;
    }
    return -1;
  }

  #openSlots(): number[] {
    return slotsOf(this.#cells).filter((at) => this.#cells[at + KEY] !== 0);
  }

  /**
   * A kill can fall between the two stores that count one message, or one batch: for the process
   * and for its connection. The difference belongs to a connection that was open then; with several
   * of them nobody knows to which, and their sum is exact all the same.
   */
  #reconcile(total: Counter): void {
    const open = this.#openSlots();
    const [first] = open;
    if (first === undefined || this.#notLogged.value > 0) return;
    const keys = new Set(open.map((at) => this.#cells[at + KEY] ?? 0));
    const ended = readConnectionRecords(this.#path).filter(({ key }) => !keys.has(key));
    const counted = [
      ...new Map(ended.map(({ key, count }) => [key, count])).values(),
      ...open.map((at) => this.#cells[at + COUNT] ?? 0),
    ].reduce((sum, count) => sum + count, 0);
    this.#cells[first + COUNT] = (this.#cells[first + COUNT] ?? 0) + total.value - counted;
  }

  #end(at: number, reason: string): void {
    const record = recordOf(this.#cells, at, reason);
    appendFileSync(this.#path, `${JSON.stringify(record)}\n`, { mode: 0o640 });
    // Last: a kill before it leaves the line to be written once more, and the key tells that.
    this.#cells[at + KEY] = 0;
  }
}

/** Connections that a process has open now, or had when it was killed. */
export function openConnections(stats: CounterSnapshot): ConnectionRecord[] {
  const cells = stats.histograms.get(CELLS) ?? new Float64Array(0);
  return slotsOf(cells)
    .filter((at) => cells[at + KEY] !== 0)
    .map((at) => recordOf(cells, at, 'open'));
}

/** The ended connections of a file, without lines that are half written or no records. */
export function readConnectionRecords(path: string): ConnectionRecord[] {
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines.flatMap((line) => parseConnectionRecord(line) ?? []);
  } catch {
    return []; // nothing ended yet
  }
}

/** One line of the file. */
export function parseConnectionRecord(line: string): ConnectionRecord | undefined {
  try {
    const value = JSON.parse(line) as Partial<ConnectionRecord>;
    const { key, count, undelivered, firstTs, lastTs, reason } = value;
    const isWhole =
      [key, count, undelivered].every((n) => Number.isSafeInteger(n)) &&
      [firstTs, lastTs, reason].every((text) => typeof text === 'string');
    return isWhole ? (value as ConnectionRecord) : undefined;
  } catch {
    return undefined;
  }
}

const slotsOf = (cells: Float64Array): number[] =>
  Array.from({ length: Math.floor(cells.length / STRIDE) }, (_, slot) => slot * STRIDE);

function recordOf(cells: Float64Array, at: number, reason: string): ConnectionRecord {
  const stampAt = (hi: number, lo: number): string =>
    stampToBigInt({ hi: cells[at + hi] ?? 0, lo: cells[at + lo] ?? 0 }).toString();
  return {
    key: cells[at + KEY] ?? 0,
    count: cells[at + COUNT] ?? 0,
    undelivered: cells[at + UNDELIVERED] ?? 0,
    firstTs: stampAt(FIRST_HI, FIRST_LO),
    lastTs: stampAt(LAST_HI, LAST_LO),
    reason,
  };
}
