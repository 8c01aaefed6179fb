/**
 * What may be asked of the history, and its SQL. The texts here are constant: what a client gave
 * goes in as a parameter, always.
 */
import { TickKind, tickKindName, tickKindOf } from '@tickwire/wire-tick';
import { z } from 'zod';
import { ApiError } from '../errors.ts';
import { readCursor } from './cursor.ts';

export const HISTORY_ROWS_MAX = 10_000;
const U64_MAX = (1n << 64n) - 1n;
const NS_PER_MS = 1_000_000n;

/** ns since the Unix epoch as digits, or ISO 8601 with its offset. */
const instant = z
  .union([z.string().regex(/^\d{1,20}$/), z.iso.datetime({ offset: true })])
  .describe('ns since the Unix epoch, or ISO 8601 with Z or an offset');

const KIND_NAMES = Object.values(TickKind)
  .filter((kind) => kind !== TickKind.Pad)
  .map(tickKindName);

const page = {
  symbol: z.string().min(1).max(80),
  vendor: z.string().min(1).max(16).optional(),
  /** Inclusive. */
  from: instant.optional(),
  /** Exclusive. */
  to: instant.optional(),
  limit: z.coerce.number().int().min(1).max(HISTORY_ROWS_MAX).default(1_000),
  cursor: z.string().min(1).max(200).optional(),
};

export const tickQuery = z.strictObject({
  ...page,
  /** `TRADE,QUOTE`; all when absent. */
  kinds: z
    .string()
    .max(200)
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(KIND_NAMES)).min(1))
    .optional(),
});
export const tradeQuery = z.strictObject(page);
export const barQuery = z.strictObject({
  ...page,
  intervalMs: z.coerce.number().int().min(1).max(86_400_000).optional(),
});
export type TickQuery = z.infer<typeof tickQuery>;
export type BarQuery = z.infer<typeof barQuery>;

export interface Sql {
  readonly text: string;
  readonly values: readonly string[];
}

/** Columns of a stored tick that give back its 64 bytes, and the key. */
const COLUMNS = `ring_id position ts_event_ns ts_recv_ns instrument sequence publish_delta publisher
  kind side action flags p0 p1 p2 p3`.split(/\s+/);
export const TICK_NAMES: readonly string[] = COLUMNS;
const columnsOf = (table: string): string =>
  COLUMNS.map((name) => `${table}.${name} AS ${table}_${name}`).join(', ');

/** Ticks of one symbol in the order of their receipt; of kinds, or all. */
export function tickSql(query: TickQuery): Sql {
  const { values, bind } = binding();
  const kinds = (query.kinds ?? []).map((name) => bind(String(tickKindOf(name) ?? 0), 'UTINYINT'));
  const where = [
    ...rangeOf(query, { time: 'a.ts_recv_ns', bind }),
    ...(kinds.length === 0 ? [] : [`a.kind IN (${kinds.join(', ')})`]),
  ];
  const limit = bind(String(query.limit + 1), 'BIGINT');
  const text = `SELECT ${columnsOf('a')} FROM ticks a WHERE ${where.join(' AND ')}
    ORDER BY a.ts_recv_ns, a.ring_id, a.position LIMIT ${limit}`;
  return { text, values };
}

/** Bars of one symbol in the order of their start: a pair of ticks each. */
export function barSql(query: BarQuery): Sql {
  const { values, bind } = binding();
  const where = rangeOf(query, { time: 'a.ts_event_ns', bind });
  if (query.intervalMs !== undefined) {
    where.push(`((b.p2 >> 32) & 4294967295) = ${bind(String(query.intervalMs), 'BIGINT')}`);
  }
  const limit = bind(String(query.limit + 1), 'BIGINT');
  const text = `SELECT ${columnsOf('a')}, ${columnsOf('b')} FROM bar_ticks a JOIN bar_ticks b
    ON b.ring_id = a.ring_id AND b.position = a.position + 1 AND b.instrument = a.instrument
      AND b.kind = ${TickKind.BarVolume}
    WHERE a.kind = ${TickKind.BarPrice} AND ${where.join(' AND ')}
    ORDER BY a.ts_event_ns, a.ring_id, a.position LIMIT ${limit}`;
  return { text, values };
}

/** The directory entries of a symbol: exponents and names of its ticks. */
export function instrumentSql(symbol: string): Sql {
  const text = `SELECT ring_id, "index", vendor, venue, symbol, price_exp, size_exp, mark_exp
    FROM instruments WHERE symbol = $1`;
  return { text, values: [symbol] };
}

type Bind = (value: string, type: string) => string;

/** Parameters, numbered as they are named. */
function binding(): { values: string[]; bind: Bind } {
  const values: string[] = [];
  const bind: Bind = (value, type) => `$${values.push(value)}::${type}`;
  return { values, bind };
}

function rangeOf(query: Page, { time, bind }: { time: string; bind: Bind }): string[] {
  const where = [`a.symbol = ${bind(query.symbol, 'VARCHAR')}`];
  if (query.vendor !== undefined) where.push(`a.vendor = ${bind(query.vendor, 'VARCHAR')}`);
  const from = nsOf(query.from, 'from');
  const to = nsOf(query.to, 'to');
  if (from !== undefined && to !== undefined && BigInt(from) >= BigInt(to)) {
    throw new ApiError('BAD_REQUEST', 'to must be after from', { field: 'to' });
  }
  if (from !== undefined) where.push(`${time} >= ${bind(from, 'UBIGINT')}`);
  if (to !== undefined) where.push(`${time} < ${bind(to, 'UBIGINT')}`);
  if (query.cursor === undefined) return where;
  const { timeNs, ringId, position } = readCursor(query.cursor);
  const at = bind(timeNs, 'UBIGINT');
  const key = `(${bind(ringId, 'VARCHAR')}, ${bind(String(position), 'BIGINT')})`;
  // Two conditions: the first one alone lets whole files be left out.
  where.push(`${time} >= ${at}`, `(${time} > ${at} OR (a.ring_id, a.position) > ${key})`);
  return where;
}

type Page = z.infer<typeof tradeQuery>;

function nsOf(text: string | undefined, field: string): string | undefined {
  if (text === undefined) return undefined;
  const ns = /^\d+$/.test(text) ? BigInt(text) : isoToNs(text);
  if (ns < 0n || ns > U64_MAX) {
    throw new ApiError('BAD_REQUEST', 'outside the range of time', { field });
  }
  return ns.toString();
}

/** Fractions below ms are kept. */
function isoToNs(text: string): bigint {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  const ms = BigInt(Date.parse(text.replace(/\.\d+/, '')));
  return ms * NS_PER_MS + BigInt(fraction.padEnd(9, '0').slice(0, 9));
}
