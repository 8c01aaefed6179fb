/**
 * What the store can vouch for, ring by ring: when the writer gave signs of life, and where ticks
 * are missing. Each query is one pass over a few columns and returns few rows, however much is
 * stored.
 */
import { uniteSpans, withoutSpans } from '@tickwire/system';
import type { TimeSpan } from '@tickwire/system';
import type { QueryStore, QueryValue } from '@tickwire/io-store';
import { CliError } from '../errors.ts';

/** A writer puts a CLOCK tick into its ring every 100 ms when there is nothing else. */
const SILENT_US = 2_000_000;
/** Positions looked at together for holes. */
const BUCKET_POSITIONS = 65_536;
/** Buckets with holes that are looked into: of any others the whole time counts as unknown. */
const BUCKETS_REFINED_MAX = 64;
const ROWS_MAX = 200_000;

export interface StoredRing {
  readonly ringId: string;
  readonly vendor: string;
  readonly ticks: number;
  readonly known: readonly TimeSpan[];
}

/** The rings of vendors with ticks in the window. */
export async function storedRings(store: QueryStore, window: TimeSpan): Promise<StoredRing[]> {
  // The last sign of life before the end and the first one after it speak for what is between.
  const wider = { fromUs: window.fromUs - SILENT_US, toUs: window.toUs + SILENT_US };
  const spans = await rowsOf(store, lifeSql(wider, window));
  const holes = await holesByRing(store, wider);
  const rings = new Map<string, { vendor: string; ticks: number; spans: TimeSpan[] }>();
  for (const [ringId, vendor, fromUs, toUs, ticks] of spans) {
    const ring = rings.get(String(ringId)) ?? { vendor: String(vendor), ticks: 0, spans: [] };
    rings.set(String(ringId), ring);
    ring.ticks += Number(ticks);
    ring.spans.push({ fromUs: Number(fromUs), toUs: Number(toUs) });
  }
  return [...rings].map(([ringId, { vendor, ticks, spans: life }]) => ({
    ringId,
    vendor,
    ticks,
    known: withoutSpans(uniteSpans(life), uniteSpans(holes.get(ringId) ?? [])),
  }));
}

/** A condition on the stored columns; `day` spares the files of other days. */
export function windowCondition({ fromUs, toUs }: TimeSpan): string {
  const day = (us: number): string => `DATE '${new Date(us / 1000).toISOString().slice(0, 10)}'`;
  return (
    `day BETWEEN ${day(fromUs)} AND ${day(toUs)} AND ` +
    `ts_recv_ns >= ${Math.floor(fromUs)}000 AND ts_recv_ns < ${Math.floor(toUs)}000`
  );
}

/** All rows of a query whose size the caller has bounded. */
export async function rowsOf(
  store: QueryStore,
  sql: string,
): Promise<readonly (readonly QueryValue[])[]> {
  const { rows, truncated } = await store.query(sql, { rowsMax: ROWS_MAX });
  if (truncated) {
    throw new CliError('FAILED', `the history of this time has more than ${ROWS_MAX} changes`, {
      hint: 'Ask for less with --since',
    });
  }
  return rows;
}

/** Spans without a silence, each row [ring, vendor, from µs, to µs, ticks in the counted time]. */
function lifeSql(window: TimeSpan, counted: TimeSpan): string {
  return `WITH seconds AS (
      SELECT ring_id, vendor, ts_recv_ns // 1000000000 AS second,
        count(*) FILTER (WHERE ${windowCondition(counted)}) AS ticks,
        (min(ts_recv_ns) // 1000)::BIGINT AS first_us, (max(ts_recv_ns) // 1000)::BIGINT AS last_us
      FROM raw_ticks WHERE ${windowCondition(window)} GROUP BY ALL),
    marked AS (
      SELECT *, (first_us - lag(last_us) OVER ring > ${SILENT_US})::INTEGER AS breaks
      FROM seconds WINDOW ring AS (PARTITION BY ring_id ORDER BY second)),
    lives AS (
      SELECT *, sum(coalesce(breaks, 0)) OVER (PARTITION BY ring_id ORDER BY second) AS life
      FROM marked)
    SELECT ring_text(ring_id), any_value(vendor), min(first_us), max(last_us), sum(ticks)::BIGINT
    FROM lives GROUP BY ring_id, life ORDER BY ring_id, life`;
}

type Cell = QueryValue | undefined;

/** When positions are missing: each from the tick before the hole to the one behind it. */
async function holesByRing(store: QueryStore, window: TimeSpan): Promise<Map<string, TimeSpan[]>> {
  const buckets = await rowsOf(store, bucketSql(window));
  const holes = new Map<string, TimeSpan[]>();
  const add = (ringId: Cell, fromUs: Cell, toUs: Cell): void => {
    const span = { fromUs: Number(fromUs), toUs: Number(toUs) };
    holes.set(String(ringId), [...(holes.get(String(ringId)) ?? []), span]);
  };
  const inner: string[] = [];
  for (const [ringId, bucket, firstUs, lastUs, hasHole, beforeUs] of buckets) {
    if (typeof beforeUs === 'number') add(ringId, beforeUs, firstUs);
    if (hasHole !== true) continue;
    if (inner.length < BUCKETS_REFINED_MAX) inner.push(`('${String(ringId)}', ${String(bucket)})`);
    else add(ringId, firstUs, lastUs);
  }
  if (inner.length > 0) {
    for (const [ringId, fromUs, toUs] of await rowsOf(store, innerHoleSql(window, inner))) {
      add(ringId, fromUs, toUs);
    }
  }
  return holes;
}

/** Buckets with a hole inside or before them. */
function bucketSql(window: TimeSpan): string {
  return `WITH buckets AS (
      SELECT ring_id, position // ${BUCKET_POSITIONS} AS bucket, count(*) AS ticks,
        min(position) AS first, max(position) AS last,
        (min(ts_recv_ns) // 1000)::BIGINT AS first_us, (max(ts_recv_ns) // 1000)::BIGINT AS last_us
      FROM raw_ticks WHERE ${windowCondition(window)} GROUP BY ALL),
    chained AS (
      SELECT *, first - lag(last) OVER ring > 1 AS follows_hole, lag(last_us) OVER ring AS before_us
      FROM buckets WINDOW ring AS (PARTITION BY ring_id ORDER BY bucket))
    SELECT ring_text(ring_id), bucket, first_us, last_us, ticks < last - first + 1,
      CASE WHEN follows_hole THEN before_us END
    FROM chained WHERE ticks < last - first + 1 OR follows_hole ORDER BY ring_id, bucket`;
}

function innerHoleSql(window: TimeSpan, buckets: readonly string[]): string {
  return `WITH wanted(ring, bucket) AS (VALUES ${buckets.join(', ')}),
    ticks AS (
      SELECT ring, t.bucket, position, us FROM wanted JOIN (
        SELECT ring_text(ring_id) AS ring, position // ${BUCKET_POSITIONS} AS bucket, position,
          (ts_recv_ns // 1000)::BIGINT AS us
        FROM raw_ticks WHERE ${windowCondition(window)}) t USING (ring, bucket)),
    steps AS (
      SELECT ring, us, position - lag(position) OVER next AS step, lag(us) OVER next AS before_us
      FROM ticks WINDOW next AS (PARTITION BY ring, bucket ORDER BY position))
    SELECT ring, before_us, us FROM steps WHERE step > 1 ORDER BY ring, before_us`;
}
