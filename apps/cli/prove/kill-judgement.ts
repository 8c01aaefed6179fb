/** What must hold at the end of a run in which services were killed. */
import { openStore } from '@tickwire/io-store';
import type { QueryStore } from '@tickwire/io-store';
import { readLedger } from '@tickwire/system';
import type { EndedRun, KillOutcome } from './kill-run.ts';

/** Drops that a kill explains; any other is a loss. */
const EXPLAINED = new Set(['connection-lost', 'undelivered', 'killed', 'pad', 'unsynced']);

export async function judgeRun(
  ended: EndedRun,
  parts: { dataDir: string; kills: readonly KillOutcome[] },
): Promise<string[]> {
  const { exitCode, report, said } = ended;
  const problems: string[] = [];
  if (exitCode !== 0) problems.push(`the run ended with ${exitCode}: ${said}`);
  if (report === undefined) return [...problems, 'there is no report'];
  for (const hop of report.hops) {
    if (!hop.balanced) problems.push(`${hop.name} does not balance: ${JSON.stringify(hop)}`);
    for (const [reason, count] of Object.entries(hop.dropped)) {
      if (Number(count) > 0) console.log(`${hop.name}: ${count} dropped (${reason})`);
      if (Number(count) > 0 && !EXPLAINED.has(reason)) {
        problems.push(`${hop.name} lost ${count} (${reason}), which no kill explains`);
      }
    }
  }
  const lost = lostMessages(report);
  return [
    ...problems,
    ...judgeLedger({ ...parts, lost, report }),
    ...judgeRing(report, parts.kills),
    ...(await judgeStore(parts.dataDir, { ended, report, lost })),
  ];
}

type Report = NonNullable<EndedRun['report']>;

const hopOf = (report: Report, name: string): Report['hops'][number] | undefined =>
  report.hops.find((hop) => hop.name === name);

/** Messages that the simulator sent and the gateway never took. */
function lostMessages(report: Report): number {
  const dropped = hopOf(report, 'kucoin.wire')?.dropped ?? {};
  return Number(dropped['connection-lost'] ?? 0) + Number(dropped.undelivered ?? 0);
}

/** The hop's drops are in the ledger, entry by entry, with bounds that span their count. */
function judgeLedger(parts: {
  dataDir: string;
  kills: readonly KillOutcome[];
  lost: number;
  report: Report;
}): string[] {
  const { report, lost } = parts;
  const problems: string[] = [];
  const wire = hopOf(report, 'kucoin.wire');
  const entries = readLedger(parts.dataDir).entries.filter((one) => one.scope === 'connection');
  const declared = entries.reduce((sum, entry) => sum + Number(entry.missing), 0);
  console.log(
    `kucoin.wire: ${String(wire?.in)} sent, ${String(wire?.out)} taken, ${lost} lost in ` +
      `${entries.length} connections; the ledger has ${declared}`,
  );
  if (declared !== lost) problems.push(`the ledger has ${declared} messages, the hop ${lost}`);
  for (const entry of entries) {
    const isOver = entry.state === 'repaired' && Number(entry.toTs) > Number(entry.fromTs);
    if (!isOver) problems.push(`ledger entry ${JSON.stringify(entry)} has no end in time`);
    const span = BigInt(String(entry.lastMissing)) - BigInt(String(entry.firstMissing)) + 1n;
    if (span !== BigInt(Number(entry.missing))) {
      problems.push(`ledger entry ${JSON.stringify(entry)} has bounds that do not span its count`);
    }
  }
  const gatewayKills = parts.kills.filter(({ service }) => service.startsWith('gateway-')).length;
  const restarts = readLedger(parts.dataDir).entries.filter(
    (entry) =>
      entry.noticedBy === 'writer-restarted' &&
      entry.symbol === undefined &&
      entry.scope !== 'connection',
  );
  if (restarts.length !== gatewayKills) {
    problems.push(`${gatewayKills} gateways were killed, the ledger has ${restarts.length}`);
  }
  return problems;
}

/** What the normaliser gave is in the ring, besides what takeovers wrote: PAD, one STREAM each. */
function judgeRing(report: Report, kills: readonly KillOutcome[]): string[] {
  const ring = hopOf(report, 'ring.kucoin.0.persistence');
  const given = hopOf(report, 'kucoin.normalise');
  const takeovers = kills.filter(({ service }) => service.startsWith('gateway-')).length;
  const pad = Number(ring?.dropped.pad ?? 0);
  const published = Number(given?.out) + takeovers + pad;
  console.log(`ring kucoin.0: ${String(ring?.in)} ticks, ${published} published`);
  return published === Number(ring?.in) ? [] : [`the ring has ${ring?.in}, given ${published}`];
}

/**
 * An independent look: messages as the stored ticks tell of them, against what the simulator has
 * sent of each kind; the first sequence that the ring says is missing after a gateway's death is
 * the one after the last that the store holds from before; and no tick is stored twice.
 */
async function judgeStore(
  dataDir: string,
  run: { ended: EndedRun; report: Report; lost: number },
): Promise<string[]> {
  const store = await openStore(dataDir);
  try {
    const counted = await store.query(
      `SELECT (SELECT count(*) FROM trades), (SELECT count(*) FROM quotes)`,
    );
    const [trades = 0, quotes = 0] = (counted.rows[0] ?? []).map(Number);
    const uncounted = judgeSent({ ...run, trades, quotes });
    const holes = await store.query(
      `WITH holes AS (SELECT ring_id, position, symbol, first_missing FROM streams
         WHERE reason = 'writer-restarted' AND scope = 'instrument' AND missing_count > 0)
       SELECT h.symbol, h.position, h.first_missing % 4294967296 AS first,
         (SELECT arg_max(l.sequence, l.position) FROM levels l
            WHERE l.ring_id = h.ring_id AND l.symbol = h.symbol AND l.position < h.position) AS last
       FROM holes h`,
    );
    const twice = await store.query(
      `SELECT count(*) - count(DISTINCT (ring_id, position)) AS n FROM ticks`,
    );
    const wrong = holes.rows.filter((row) => Number(row[2]) !== (Number(row[3]) + 1) % 2 ** 32);
    const doubled = Number(twice.rows[0]?.[0] ?? 0);
    console.log(
      `store: ${holes.rows.length} holes after deaths of the gateway, ${wrong.length} of them ` +
        `not where the stored sequences end; ${doubled} ticks twice`,
    );
    const problems = [
      ...uncounted,
      ...(await judgeBars(store)),
      ...wrong.map((row) => `hole at another place: ${row.join(' ')}`),
    ];
    return doubled === 0 ? problems : [...problems, `${doubled} ticks are stored twice`];
  } finally {
    store.close();
  }
}

/** Every second of every symbol: the newest bar has the trades that are stored, whoever died. */
async function judgeBars(store: QueryStore): Promise<string[]> {
  const result = await store.query(
    `WITH traded AS (SELECT symbol, date_trunc('second', ts_event) AS start, count(*) AS n
         FROM trades GROUP BY ALL),
       barred AS (SELECT symbol, start, arg_max(trades, revision) AS n FROM bars
         WHERE interval_ms = 1000 GROUP BY ALL)
     SELECT count(*), count(*) FILTER (b.n IS DISTINCT FROM t.n),
       any_value(t.symbol || ' ' || t.start || ' ' || t.n || ' ' || coalesce(b.n, 0))
         FILTER (b.n IS DISTINCT FROM t.n)
     FROM traded t LEFT JOIN barred b ON b.symbol = t.symbol AND b.start = t.start
     WHERE t.start < (SELECT max(start) FROM barred)`,
  );
  const [row = []] = result.rows;
  console.log(`bars: ${String(row[0])} seconds with trades, ${String(row[1])} with another bar`);
  return Number(row[1]) === 0 ? [] : [`${String(row[1])} bars differ, as ${String(row[2])}`];
}

/**
 * Each trade and each quote that was sent and is not stored is among the messages declared lost,
 * or was in the hands of a killed gateway; changes of books and control messages are the rest.
 */
function judgeSent(run: {
  ended: EndedRun;
  report: Report;
  lost: number;
  trades: number;
  quotes: number;
}): string[] {
  const { sent } = run.ended;
  const parse = hopOf(run.report, 'kucoin.parse');
  const parts = parse?.parts ?? {};
  const killed = Number(parse?.dropped.killed ?? 0);
  const kind = (name: string): number => sent.get(`count/sent.${name}`) ?? 0;
  const missing = kind('match') - run.trades + kind('ticker') - run.quotes;
  const control = ['welcome', 'ack', 'pong', 'error'].reduce((sum, name) => sum + kind(name), 0);
  const changes = Number(parts.accepted ?? 0) - run.trades - run.quotes;
  const notUsed = ['superseded', 'duplicate'].reduce((sum, name) => sum + Number(parts[name]), 0);
  const unsynced = Number(parse?.dropped.unsynced ?? 0);
  const missingRest =
    kind('level2') + control - changes - notUsed - Number(parts.control) - killed - unsynced;
  console.log(
    `oracle: ${missing} of ${kind('match') + kind('ticker')} trades and quotes sent are not ` +
      `stored, ${missingRest} of ${kind('level2') + control} other messages were not taken; ` +
      `declared: ${run.lost}`,
  );
  if (missing + missingRest === run.lost && missing >= 0 && missingRest >= -killed) return [];
  return [`${missing + missingRest} messages are missing, ${run.lost} are declared`];
}
