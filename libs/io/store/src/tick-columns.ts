/**
 * Ticks on their way into DuckDB: a tick's eight 64-bit words become eight columns, 2,048 rows at
 * a time, without a value ever being a JavaScript number that could round it. DuckDB takes the
 * words apart (`SELECT_TICKS` in tick-rows.ts). Measured: 5–7 M rows/s on one core against 0.3 M
 * with a value at a time.
 */
import { BIGINT, DuckDBDataChunk, UBIGINT, UINTEGER } from '@duckdb/node-api';
import type { DuckDBAppender } from '@duckdb/node-api';
import bindings from '@duckdb/node-bindings';
import { TICK_BYTES } from '@tickwire/core';
import type { DaySet } from './day-set.ts';
import type { JournalRun } from './journal-reader.ts';

const CHUNK_ROWS = 2_048;
const TWO_32 = 4_294_967_296;
const WORDS = 8;
const FIRST_WORD_COLUMN = 2;

/** Columns of the staging table: position, epoch, then the words of a tick. */
export const STAGING_COLUMNS =
  'position BIGINT, epoch UINTEGER, w0 UBIGINT, w1 UBIGINT, w2 UBIGINT, w3 UBIGINT, ' +
  'p0 BIGINT, p1 BIGINT, p2 BIGINT, p3 BIGINT';

const TYPES = [
  BIGINT,
  UINTEGER,
  ...Array.from({ length: 4 }, () => UBIGINT),
  ...Array.from({ length: 4 }, () => BIGINT),
];

export class TickColumns {
  readonly #chunk = DuckDBDataChunk.create(TYPES);
  readonly #positions = new Int32Array(CHUNK_ROWS * 2);
  readonly #epochs = new Uint32Array(CHUNK_ROWS);
  readonly #words = Array.from({ length: WORDS }, () => new Int32Array(CHUNK_ROWS * 2));
  #rows = 0;

  /** Takes all ticks of `run`, full chunks going on to `appender`; adds their days to `days`. */
  add(run: JournalRun, to: { appender: DuckDBAppender; days: DaySet }): void {
    for (let at = 0; at < run.count;) {
      const rows = Math.min(run.count - at, CHUNK_ROWS - this.#rows);
      this.#addRows(run, { at, rows, days: to.days });
      at += rows;
      this.#rows += rows;
      if (this.#rows === CHUNK_ROWS) this.flush(to.appender);
    }
  }

  /** Hands over the rows that fill no chunk yet. */
  flush(appender: DuckDBAppender): void {
    if (this.#rows === 0) return;
    this.#chunk.reset();
    this.#chunk.rowCount = this.#rows;
    this.#copy(0, this.#positions);
    this.#copy(1, this.#epochs);
    for (let word = 0; word < WORDS; word++) {
      const column = this.#words[word];
      if (column !== undefined) this.#copy(FIRST_WORD_COLUMN + word, column);
    }
    appender.appendDataChunk(this.#chunk);
    this.#rows = 0;
  }

  /** Forgets the rows not handed over. */
  clear(): void {
    this.#rows = 0;
  }

  #addRows(run: JournalRun, part: { at: number; rows: number; days: DaySet }): void {
    const start = run.bytes.byteOffset + part.at * TICK_BYTES;
    const source = new Int32Array(run.bytes.buffer, start, (part.rows * TICK_BYTES) / 4);
    const first = this.#rows;
    for (let row = 0; row < part.rows; row++) {
      const position = run.firstPosition + part.at + row;
      const cell = (first + row) * 2;
      this.#positions[cell] = position | 0;
      this.#positions[cell + 1] = Math.floor(position / TWO_32);
      const tick = row * WORDS * 2;
      part.days.add((source[tick + 3] ?? 0) >>> 0, (source[tick + 2] ?? 0) >>> 0);
    }
    this.#epochs.fill(run.epoch, first, first + part.rows);
    for (let word = 0; word < WORDS; word++) {
      const column = this.#words[word];
      if (column === undefined) continue;
      for (let row = 0, from = word * 2; row < part.rows; row++, from += WORDS * 2) {
        const cell = (first + row) * 2;
        column[cell] = source[from] ?? 0;
        column[cell + 1] = source[from + 1] ?? 0;
      }
    }
  }

  #copy(column: number, values: Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): void {
    const bytes = this.#rows * (column === 1 ? 4 : 8);
    const vector = bindings.data_chunk_get_vector(this.#chunk.chunk, column);
    bindings.copy_data_to_vector(vector, 0, values.buffer, values.byteOffset, bytes);
  }
}
