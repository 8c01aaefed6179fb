/** Availability per stream-minute from the STREAM ticks of the store. */
import { StreamScope } from '@tickwire/core';
import type { QueryStore, QueryValue } from '@tickwire/io-store';
import { countMinutes, wholeMinutes } from '@tickwire/system';
import type {
  MinuteCounts,
  RingHistory,
  StreamHistory,
  StreamStatement,
  TimeSpan,
  WideStatement,
} from '@tickwire/system';
import { TickFlag, TickKind } from '@tickwire/wire-tick';
import { rowsOf } from './stored-rings.ts';
import type { StoredRing } from './stored-rings.ts';

const PAGE_ROWS = 50_000;

/** Where the data came from: a simulated or replayed stream counts as live, and is named. */
export type StreamOrigin = 'venue' | 'simulated' | 'replayed' | 'unknown';

export interface StreamAvailability extends MinuteCounts {
  readonly vendor: string;
  readonly symbol: string;
  readonly origin: StreamOrigin;
}

export interface Availability {
  readonly from: string;
  readonly to: string;
  /** Whole minutes of the window. */
  readonly minutes: number;
  /** Minutes of all streams. */
  readonly streamMinutes: number;
  readonly available: number;
  readonly interrupted: number;
  readonly unknown: number;
  /** available / streamMinutes; `null` when there are none. */
  readonly share: number | null;
  readonly streams: readonly StreamAvailability[];
}

/**
 * Judges every instrument of the rings, one stream at a time.
 * @param options - `pageRows`: changes of state in memory at most.
 */
export async function storedAvailability(
  store: QueryStore,
  rings: readonly StoredRing[],
  options: { window: TimeSpan; pageRows?: number },
): Promise<Availability> {
  const { window, pageRows = PAGE_ROWS } = options;
  const wide = await wideStatements(store, rings);
  const histories = new Map<string, RingHistory>(
    rings.map(({ ringId, known }) => [ringId, { known, wide: wide.get(ringId) ?? [] }]),
  );
  const streams: StreamAvailability[] = [];
  for await (const stream of storedStreams(streamRows(store, rings, pageRows))) {
    const parts = [...stream.rings].map(([ringId, own]): StreamHistory => ({
      own,
      ring: histories.get(ringId) ?? { known: [], wide: [] },
    }));
    const { vendor, symbol, origin } = stream;
    streams.push({ vendor, symbol, origin, ...countMinutes(parts, window) });
  }
  return summarise(streams, window);
}

function summarise(streams: readonly StreamAvailability[], window: TimeSpan): Availability {
  const sum = (of: (stream: StreamAvailability) => number): number =>
    streams.reduce((total, stream) => total + of(stream), 0);
  const streamMinutes = sum(({ whole }) => whole);
  const available = sum((stream) => stream.available);
  const { firstUs, count } = wholeMinutes(window);
  const iso = (us: number): string => new Date(us / 1000).toISOString();
  return {
    from: iso(firstUs),
    to: iso(firstUs + count * 60_000_000),
    minutes: count,
    streamMinutes,
    available,
    interrupted: sum((stream) => stream.interrupted),
    unknown: sum((stream) => stream.unknown),
    share: streamMinutes === 0 ? null : available / streamMinutes,
    streams,
  };
}

const ringList = (rings: readonly StoredRing[]): string =>
  rings.map(({ ringId }) => BigInt(`0x${ringId}`)).join(', ');

/** position, µs, where it began, state, state before, reason: of a STREAM tick. */
const STATEMENT = `position, (ts_recv_ns // 1000)::BIGINT AS us,
  CASE WHEN p2 NOT IN (-1, 0) THEN (unsigned64(p2) // 1000)::BIGINT END AS from_us,
  bits(p3, 0, 255) AS state, bits(p3, 8, 255) AS previous, bits(p3, 16, 255) AS reason`;

async function wideStatements(
  store: QueryStore,
  rings: readonly StoredRing[],
): Promise<Map<string, WideStatement[]>> {
  const found = new Map<string, WideStatement[]>();
  if (rings.length === 0) return found;
  const rows = await rowsOf(
    store,
    `SELECT ${STATEMENT}, ring_text(ring_id) AS ring, bits(p3, 24, 255) AS scope, instrument
      FROM raw_ticks WHERE kind = ${TickKind.Stream} AND ring_id IN (${ringList(rings)})
      AND bits(p3, 24, 255) <> ${StreamScope.Instrument} ORDER BY ring_id, position`,
  );
  for (const row of rows) {
    const [ringId, scope, instrument] = row.slice(6);
    const isRing = scope === StreamScope.Ring;
    const subject = isRing ? 'ring' : `channel ${String(instrument)}`;
    const list = found.get(String(ringId)) ?? [];
    found.set(String(ringId), list);
    list.push({ ...statementOf(row), subject });
  }
  return found;
}

function statementOf(row: readonly QueryValue[]): StreamStatement {
  const [position, atUs, fromUs, state, previousState, reason] = row.map((value) =>
    value === null ? undefined : Number(value),
  );
  return {
    position: position ?? 0,
    atUs: atUs ?? 0,
    fromUs,
    state: state ?? 0,
    previousState: previousState ?? 0,
    reason: reason ?? 0,
  };
}

interface StoredStream {
  readonly vendor: string;
  readonly symbol: string;
  origin: StreamOrigin;
  readonly rings: Map<string, StreamStatement[]>;
}

/** Streams in the order of vendor and symbol, each with its statements in all rings. */
async function* storedStreams(
  pages: AsyncIterable<readonly QueryValue[]>,
): AsyncGenerator<StoredStream> {
  let stream: StoredStream | undefined;
  for await (const row of pages) {
    const [vendor, symbol, ringId, flags] = row.slice(6).map(String);
    if (stream === undefined || stream.vendor !== vendor || stream.symbol !== symbol) {
      if (stream !== undefined) yield stream;
      stream = newStream(vendor ?? '', symbol ?? '');
    }
    const own = stream.rings.get(ringId ?? '') ?? [];
    stream.rings.set(ringId ?? '', own);
    if (row[0] === null) continue; // an instrument that never said anything of itself
    own.push(statementOf(row));
    stream.origin = originOf(Number(flags));
  }
  if (stream !== undefined) yield stream;
}

const newStream = (vendor: string, symbol: string): StoredStream => ({
  vendor,
  symbol,
  origin: 'unknown',
  rings: new Map(),
});

/** The rows of all streams, page by page: memory holds one page. */
async function* streamRows(
  store: QueryStore,
  rings: readonly StoredRing[],
  pageRows: number,
): AsyncGenerator<readonly QueryValue[]> {
  if (rings.length === 0) return;
  let after: readonly QueryValue[] | undefined;
  for (;;) {
    const { rows } = await store.query(streamSql(rings, after !== undefined), {
      rowsMax: pageRows,
      ...(after === undefined ? {} : { values: after.map(String) }),
    });
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    after = [...last.slice(6, 9), last[0] ?? -1];
  }
}

function streamSql(rings: readonly StoredRing[], isNextPage: boolean): string {
  const next = `WHERE (vendor, symbol, ring, coalesce(position, -1)) > ($1, $2, $3, $4::BIGINT)`;
  return `WITH statements AS (
      SELECT ring_id, instrument, flags, ${STATEMENT} FROM raw_ticks
      WHERE kind = ${TickKind.Stream} AND ring_id IN (${ringList(rings)})
      AND bits(p3, 24, 255) = ${StreamScope.Instrument}),
    streams AS (
      SELECT s.position, us, from_us, state, previous, reason, i.vendor AS vendor,
        i.symbol AS symbol, ring_text(i.ring_id) AS ring, s.flags
      FROM raw_instruments i LEFT JOIN statements s
      ON s.ring_id = i.ring_id AND s.instrument = i."index"
      WHERE i."index" > 0 AND i.ring_id IN (${ringList(rings)}))
    SELECT * FROM streams ${isNextPage ? next : ''}
    ORDER BY vendor, symbol, ring, coalesce(position, -1)`;
}

function originOf(flags: number): StreamOrigin {
  if ((flags & TickFlag.Simulated) !== 0) return 'simulated';
  return (flags & TickFlag.Replayed) !== 0 ? 'replayed' : 'venue';
}
