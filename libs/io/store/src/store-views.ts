/**
 * The tables that a query sees, over the Parquet files.
 *
 * Prices and sizes are DOUBLE: the one nearest to the decimal that the venue wrote, because a
 * mantissa below 2^53 divided by an exact power of ten is rounded once. `…_text` is the decimal
 * itself; `…_m` the mantissa, at `price_exp` or `size_exp`. Absent values are NULL.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Action, BarFlag, Side, TickKind, tickKindName } from '@tickwire/wire-tick';
import { StreamReason, StreamScope, StreamState } from '@tickwire/core';
import { streamReasonName, streamScopeName, streamStateName } from '@tickwire/core';
import { sqlPaths, sqlText } from './database.ts';
import { INSTRUMENT_COLUMNS, columnList } from './instrument-rows.ts';
import type { StoreFileList } from './store-files.ts';
import { PARQUET_ENDING, STORE_TABLES, instrumentsDir } from './store-layout.ts';
import { TICK_COLUMNS } from './tick-rows.ts';

const ABSENT = '9223372036854775807';
/** Powers of ten up to 10^22 are exact doubles. */
const POWERS = `[${Array.from({ length: 23 }, (_, power) => `1e${power}::DOUBLE`).join(', ')}]`;

const MACROS = [
  `CREATE MACRO present(m) AS CASE WHEN m <> ${ABSENT} THEN m END`,
  // Beyond 10^22 the decimal's text is parsed: slower, and as exact.
  `CREATE MACRO decimal_value(m, e) AS CASE
    WHEN m = ${ABSENT} THEN NULL
    WHEN e BETWEEN -22 AND 0 THEN m::DOUBLE / ${POWERS}[1 - e]
    ELSE (m::VARCHAR || 'e' || e::VARCHAR)::DOUBLE END`,
  // Text functions only: the most negative 64-bit integer has no absolute value.
  `CREATE MACRO decimal_digits(m, e) AS
    lpad(ltrim(m::VARCHAR, '-'), greatest(length(ltrim(m::VARCHAR, '-')), 1 - e)::INTEGER, '0')`,
  `CREATE MACRO decimal_text(m, e) AS CASE
    WHEN m = ${ABSENT} OR e IS NULL THEN NULL
    WHEN m = 0 THEN '0'
    WHEN e >= 0 THEN m::VARCHAR || repeat('0', e::INTEGER)
    ELSE (CASE WHEN m < 0 THEN '-' ELSE '' END) || rtrim(rtrim(
      left(decimal_digits(m, e), length(decimal_digits(m, e)) + e) || '.' ||
      right(decimal_digits(m, e), -e), '0'), '.') END`,
  `CREATE MACRO ring_text(id) AS lpad(lower(to_hex(id)), 16, '0')`,
  `CREATE MACRO stamp(ns) AS make_timestamp_ns(TRY_CAST(ns AS BIGINT))`,
  `CREATE MACRO unsigned64(word) AS
    (CASE WHEN word < 0 THEN word::HUGEINT + 18446744073709551616 ELSE word END)::UBIGINT`,
  `CREATE MACRO bits(word, start, mask) AS ((word >> start) & mask)`,
];

/** The statements that make macros and views; they work with no file at all, too. */
export function storeViews(dataDir: string, files: StoreFileList): string[] {
  return [
    ...MACROS,
    ...fileViews(files),
    `CREATE TABLE raw_instruments AS ${scanInstruments(dataDir)}`,
    INSTRUMENTS,
    named('ticks', 'raw_ticks'),
    named('bar_ticks', 'raw_bars'),
    TRADES,
    QUOTES,
    LEVELS,
    STREAMS,
    BARS,
  ];
}

/** The statements that make the views over exactly these files, in the place of those before. */
export function fileViews(files: StoreFileList): string[] {
  return STORE_TABLES.map(
    (table) => `CREATE OR REPLACE VIEW raw_${table} AS ${scan(files[table])}`,
  );
}

function scan(paths: readonly string[]): string {
  if (paths.length === 0) {
    const empty = TICK_COLUMNS.map(([name, type]) => `NULL::${type} AS "${name}"`).join(', ');
    return `SELECT ${empty}, NULL::VARCHAR AS vendor, NULL::DATE AS day WHERE false`;
  }
  return `SELECT * FROM read_parquet(${sqlPaths(paths)}, hive_partitioning = true,
    hive_types = {vendor: VARCHAR, day: DATE})`;
}

/** Kept as a table: small, joined by every view, and deduplicated once. */
function scanInstruments(dataDir: string): string {
  const root = instrumentsDir(dataDir);
  if (!holdsParquet(root)) {
    const empty = INSTRUMENT_COLUMNS.map(([name, type]) => `NULL::${type} AS "${name}"`);
    return `SELECT ${empty.join(', ')} WHERE false`;
  }
  const glob = sqlText(join(root, `*${PARQUET_ENDING}`));
  return `SELECT DISTINCT ON (ring_id, "index") * FROM read_parquet(${glob})`;
}

function holdsParquet(root: string): boolean {
  if (!existsSync(root)) return false;
  return readdirSync(root, { recursive: true }).some((name) =>
    String(name).endsWith(PARQUET_ENDING),
  );
}

/** Columns of the instruments table, for `DESCRIBE` in documentation and tests. */
export const INSTRUMENT_TABLE = columnList(INSTRUMENT_COLUMNS);

const INSTRUMENTS = `CREATE VIEW instruments AS SELECT ring_text(ring_id) AS ring_id, "index",
  vendor, venue, symbol, canonical_symbol, asset_class, currency, price_exp, size_exp, mark_exp,
  decimal_value(tick_size, price_exp) AS tick_size, decimal_value(lot_size, size_exp) AS lot_size,
  multiplier_e9 / 1e9 AS multiplier, make_timestamp(expiry_sec * 1000000) AS expiry, supersedes
  FROM raw_instruments`;

/** The stored columns with names instead of codes, and the instrument's own. */
function named(view: string, table: string): string {
  return `CREATE VIEW ${view} AS SELECT ring_text(t.ring_id) AS ring_id, t.position, t.epoch,
    t.day, coalesce(i.vendor, t.vendor) AS vendor, i.venue, i.symbol, t.instrument,
    stamp(t.ts_event_ns) AS ts_event, stamp(t.ts_recv_ns) AS ts_recv,
    t.ts_event_ns, t.ts_recv_ns, t.sequence,
    (t.publish_delta >> 4)::BIGINT << (t.publish_delta & 15) AS publish_delta_ns, t.publisher,
    ${names('t.kind', Object.values(TickKind), tickKindName)} AS kind_name,
    ${codes('t.side', Side)} AS side_name, ${codes('t.action', Action)} AS action_name,
    t.kind, t.side, t.action, t.flags, t.publish_delta, t.p0, t.p1, t.p2, t.p3,
    i.price_exp, i.size_exp, i.currency
    FROM ${table} t LEFT JOIN raw_instruments i
    ON i.ring_id = t.ring_id AND i."index" = t.instrument`;
}

const KEY = 'ring_id, position, day, vendor, venue, symbol, ts_event, ts_recv, sequence';

const TRADES = `CREATE VIEW trades AS SELECT ${KEY}, side_name AS side, action_name AS action,
  decimal_value(p0, price_exp) AS price, decimal_value(p1, size_exp) AS size,
  unsigned64(p2) AS trade_id, present(p0) AS price_m, price_exp, present(p1) AS size_m, size_exp,
  decimal_text(p0, price_exp) AS price_text, decimal_text(p1, size_exp) AS size_text, flags
  FROM ticks WHERE kind = ${TickKind.Trade}`;

const QUOTES = `CREATE VIEW quotes AS SELECT ${KEY},
  decimal_value(p0, price_exp) AS bid_price, decimal_value(p1, price_exp) AS ask_price,
  decimal_value(p2, size_exp) AS bid_size, decimal_value(p3, size_exp) AS ask_size,
  decimal_text(p0, price_exp) AS bid_price_text, decimal_text(p1, price_exp) AS ask_price_text,
  decimal_text(p2, size_exp) AS bid_size_text, decimal_text(p3, size_exp) AS ask_size_text, flags
  FROM ticks WHERE kind = ${TickKind.Quote}`;

const LEVELS = `CREATE VIEW levels AS SELECT ${KEY}, side_name AS side,
  decimal_value(p0, price_exp) AS price, decimal_value(p1, size_exp) AS size,
  decimal_text(p0, price_exp) AS price_text, decimal_text(p1, size_exp) AS size_text,
  bits(p2, 0, 4294967295) AS order_count, bits(p2, 32, 65535) AS level, flags
  FROM ticks WHERE kind = ${TickKind.Level}`;

/** The ticks of a move name a position and a ring there, and nothing is missing. */
const NO_MOVE = `bits(p3, 16, 255) NOT IN (${StreamReason.MovedOut}, ${StreamReason.MovedIn})`;

const STREAMS = `CREATE VIEW streams AS SELECT ${KEY},
  ${names('bits(p3, 0, 255)', Object.values(StreamState), streamStateName)} AS state,
  ${names('bits(p3, 8, 255)', Object.values(StreamState), streamStateName)} AS previous_state,
  ${names('bits(p3, 16, 255)', Object.values(StreamReason), streamReasonName)} AS reason,
  ${names('bits(p3, 24, 255)', Object.values(StreamScope), streamScopeName)} AS scope,
  CASE WHEN ${NO_MOVE} THEN unsigned64(p0) END AS first_missing,
  CASE WHEN p1 <> -1 AND ${NO_MOVE} THEN unsigned64(p1) END AS missing_count,
  CASE WHEN p2 <> -1 THEN stamp(unsigned64(p2)) END AS from_ts,
  bits(p3, 32, 4294967295) AS ledger_id, flags
  FROM ticks WHERE kind = ${TickKind.Stream}`;

/** A bar is two ticks at consecutive positions: the prices, then the volume. */
const BARS = `CREATE VIEW bars AS SELECT a.ring_id, a.position, a.day, a.vendor, a.venue,
  a.symbol, bits(b.p2, 32, 4294967295) AS interval_ms, a.ts_event AS start,
  decimal_value(a.p0, a.price_exp) AS open, decimal_value(a.p1, a.price_exp) AS high,
  decimal_value(a.p2, a.price_exp) AS low, decimal_value(a.p3, a.price_exp) AS close,
  decimal_value(b.p0, a.size_exp) AS volume,
  decimal_value(b.p1, (a.price_exp + a.size_exp + bits(b.p3, 32, ${BarFlag.TurnoverScaleMask}))
    ::INTEGER) AS turnover,
  bits(b.p2, 0, 4294967295) AS trades, bits(b.p3, 0, 65535) / 1e4 AS coverage,
  bits(b.p3, 16, 65535) AS revision, bits(b.p3, 32, 65535) AS bar_flags,
  decimal_text(a.p0, a.price_exp) AS open_text, decimal_text(a.p1, a.price_exp) AS high_text,
  decimal_text(a.p2, a.price_exp) AS low_text, decimal_text(a.p3, a.price_exp) AS close_text,
  decimal_text(b.p0, a.size_exp) AS volume_text, a.flags
  FROM bar_ticks a JOIN raw_bars b
  ON ring_text(b.ring_id) = a.ring_id AND b.position = a.position + 1
    AND b.instrument = a.instrument AND b.kind = ${TickKind.BarVolume}
  WHERE a.kind = ${TickKind.BarPrice}`;

function names(value: string, known: readonly number[], nameOf: (n: number) => string): string {
  const cases = known.map((n) => `WHEN ${n} THEN ${sqlText(nameOf(n))}`).join(' ');
  return `CASE ${value} ${cases} ELSE 'unknown(' || ${value}::VARCHAR || ')' END`;
}

function codes(value: string, table: Readonly<Record<string, number>>): string {
  const nameOf = (n: number): string =>
    (Object.keys(table).find((name) => table[name] === n) ?? '').toLowerCase();
  return names(value, Object.values(table), nameOf);
}
