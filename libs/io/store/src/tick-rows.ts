/**
 * The columns of a stored tick, and the way back to its 64 bytes.
 *
 *   ring_id        UBIGINT    with `position` the key of a tick anywhere
 *   position       BIGINT     in the ring
 *   epoch          UINTEGER   writers of the ring so far
 *   ts_event_ns    UBIGINT    ns since the Unix epoch, the venue's clock; NULL = absent
 *   ts_recv_ns     UBIGINT    ns since the Unix epoch, the gateway host's clock
 *   instrument     UINTEGER   index in the ring's directory: (ring_id, instrument) → instruments
 *   sequence       UINTEGER   low 32 bits of the venue's sequence
 *   publish_delta  USMALLINT  packed, as in the tick
 *   publisher      USMALLINT
 *   kind           UTINYINT
 *   side           UTINYINT
 *   action         UTINYINT
 *   flags          USMALLINT
 *   p0 … p3        BIGINT     the payload's four words, two's complement, exactly as they were
 */
import { TICK_BYTES } from '@tickwire/core';
import { StoreError } from './errors.ts';

export const TICK_COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ['ring_id', 'UBIGINT'],
  ['position', 'BIGINT'],
  ['epoch', 'UINTEGER'],
  ['ts_event_ns', 'UBIGINT'],
  ['ts_recv_ns', 'UBIGINT'],
  ['instrument', 'UINTEGER'],
  ['sequence', 'UINTEGER'],
  ['publish_delta', 'USMALLINT'],
  ['publisher', 'USMALLINT'],
  ['kind', 'UTINYINT'],
  ['side', 'UTINYINT'],
  ['action', 'UTINYINT'],
  ['flags', 'USMALLINT'],
  ['p0', 'BIGINT'],
  ['p1', 'BIGINT'],
  ['p2', 'BIGINT'],
  ['p3', 'BIGINT'],
];

const ABSENT_STAMP = 0xffff_ffff_ffff_ffffn;
const ALL_ONES = '18446744073709551615::UBIGINT';
const DAY_NS = '86400000000000::UBIGINT';

/** The query that makes tick columns of a staging table; `day` keeps one day's ticks. */
export function selectTicks(options: {
  table: string;
  ringId: string;
  day: number | undefined;
}): string {
  const where = options.day === undefined ? '' : ` WHERE w1 // ${DAY_NS} = ${options.day}`;
  return `SELECT ${BigInt(`0x${options.ringId}`)}::UBIGINT AS ring_id, position, epoch,
    nullif(w0, ${ALL_ONES}) AS ts_event_ns, w1 AS ts_recv_ns,
    (w2 & 4294967295)::UINTEGER AS instrument, (w2 >> 32)::UINTEGER AS "sequence",
    (w3 & 65535)::USMALLINT AS publish_delta, ((w3 >> 16) & 65535)::USMALLINT AS publisher,
    ((w3 >> 32) & 255)::UTINYINT AS kind, ((w3 >> 40) & 15)::UTINYINT AS side,
    ((w3 >> 44) & 15)::UTINYINT AS "action", (w3 >> 48)::USMALLINT AS flags,
    p0, p1, p2, p3 FROM ${options.table}${where}`;
}

/** A row as it comes from a query over the stored columns. */
export type TickRow = Readonly<Record<string, unknown>>;

/**
 * The 64 bytes of a stored tick, exactly as they were in the ring.
 * @param row - The columns from `ts_event_ns` to `p3`, as numbers, bigints or decimal texts.
 * @throws StoreError `BAD_ROW` when a column is missing or out of its range.
 */
export function rowToTick(row: TickRow): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(TICK_BYTES);
  const view = new DataView(bytes.buffer);
  const event = row.ts_event_ns;
  view.setBigUint64(0, event === null ? ABSENT_STAMP : unsigned(row, 'ts_event_ns', 64), true);
  view.setBigUint64(8, unsigned(row, 'ts_recv_ns', 64), true);
  view.setUint32(16, Number(unsigned(row, 'instrument', 32)), true);
  view.setUint32(20, Number(unsigned(row, 'sequence', 32)), true);
  view.setUint16(24, Number(unsigned(row, 'publish_delta', 16)), true);
  view.setUint16(26, Number(unsigned(row, 'publisher', 16)), true);
  view.setUint8(28, Number(unsigned(row, 'kind', 8)));
  const side = Number(unsigned(row, 'side', 4));
  view.setUint8(29, side | (Number(unsigned(row, 'action', 4)) << 4));
  view.setUint16(30, Number(unsigned(row, 'flags', 16)), true);
  ['p0', 'p1', 'p2', 'p3'].forEach((name, word) => {
    const value = integer(row, name);
    if (BigInt.asIntN(64, value) !== value) throw badRow(name, value);
    view.setBigInt64(32 + word * 8, value, true);
  });
  return bytes;
}

function unsigned(row: TickRow, name: string, bits: number): bigint {
  const value = integer(row, name);
  if (BigInt.asUintN(bits, value) !== value) throw badRow(name, value);
  return value;
}

function integer(row: TickRow, name: string): bigint {
  const value = row[name];
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value);
  throw badRow(name, value);
}

function badRow(name: string, value: unknown): StoreError {
  return new StoreError('BAD_ROW', `column ${name} holds ${String(value)}`);
}
