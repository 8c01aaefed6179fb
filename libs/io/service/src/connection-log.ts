/**
 * What each connection carried, counted by one end of it, so that the two ends can be compared
 * after either of them was killed: the sender's count is the truth, the receiver's what came, the
 * rest was lost on the way, kernel buffers included.
 *
 * While a connection lives its count is in mapped cells, stored before the work is done; when it
 * ends a line goes into a file: { key, id, count, undelivered, lastTs, reason }. A process that
 * finds cells in use was killed in its life before: it writes those lines first.
 */
import { appendFileSync } from 'node:fs';
import { stampToBigInt } from '@tickwire/core';
import type { Counter, CounterSnapshot, CounterTable, StampNs } from '@tickwire/core';
import { hash128 } from '@tickwire/wire-tick';

/** Connections that one process has open at a time; more are not logged, and counted. */
const SLOTS = 64;
/** Cells of a slot: key · count · undelivered · time of the last message, high and low u32. */
const STRIDE = 5;
const [KEY, COUNT, UNDELIVERED, LAST_HI, LAST_LO] = [0, 1, 2, 3, 4] as const;
const CELLS = 'state/connections';

/** One ended connection, as one end saw it. */
export interface ConnectionRecord {
  /** The same at both ends: a number made of the connection's id. */
  readonly key: number;
  /** Messages given to the connection, or taken from it. */
  readonly count: number;
  /** Of those given: such as the kernel is known not to have taken. */
  readonly undelivered: number;
  /** When the last one came or went, ns since the Unix epoch as text; `0` when unknown. */
  readonly lastTs: string;
  /** Why it ended; `killed` when its process was. */
  readonly reason: string;
}

/** One open connection. */
export interface LoggedConnection {
  add(messages: number): void;
  stamp(at: Readonly<StampNs>): void;
  /** Writes its line and frees its cells. Runs once; later calls do nothing. */
  close(end: { reason: string; undelivered?: number }): void;
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

  /** @param options.path - File for the lines; its folder exists. */
  constructor(options: { path: string; stats: CounterTable }) {
    const { path, stats } = options;
    this.#path = path;
    this.#notLogged = stats.counter('count/connectionsNotLogged');
    this.#cells = stats.cells(CELLS, SLOTS * STRIDE);
    for (let at = 0; at < this.#cells.length; at += STRIDE) {
      if (this.#cells[at + KEY] !== 0) this.#end(at, 'killed');
    }
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
    return {
      add(messages) {
        cells[at + COUNT] = (cells[at + COUNT] ?? 0) + messages;
      },
      stamp({ hi, lo }) {
        cells[at + LAST_HI] = hi;
        cells[at + LAST_LO] = lo;
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
  const records: ConnectionRecord[] = [];
  for (let at = 0; at + STRIDE <= cells.length; at += STRIDE) {
    if (cells[at + KEY] !== 0) records.push(recordOf(cells, at, 'open'));
  }
  return records;
}

function recordOf(cells: Float64Array, at: number, reason: string): ConnectionRecord {
  const [hi, lo] = [cells[at + LAST_HI] ?? 0, cells[at + LAST_LO] ?? 0];
  return {
    key: cells[at + KEY] ?? 0,
    count: cells[at + COUNT] ?? 0,
    undelivered: cells[at + UNDELIVERED] ?? 0,
    lastTs: stampToBigInt({ hi, lo }).toString(),
    reason,
  };
}
