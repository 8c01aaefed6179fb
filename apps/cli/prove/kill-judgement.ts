/** What must hold at the end of a run in which services were killed. */
import { openStore } from '@tickwire/io-store';
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
  return [...problems, ...judgeLedger(report, parts), ...(await judgeStore(parts.dataDir))];
}

/** The hop's drops are in the ledger, entry by entry, with bounds that span their count. */
function judgeLedger(
  report: NonNullable<EndedRun['report']>,
  parts: { dataDir: string; kills: readonly KillOutcome[] },
): string[] {
  const problems: string[] = [];
  const wire = report.hops.find((hop) => hop.name === 'kucoin.wire');
  const lost = Number(wire?.dropped['connection-lost'] ?? 0);
  const entries = readLedger(parts.dataDir).entries.filter((one) => one.scope === 'connection');
  const declared = entries.reduce((sum, entry) => sum + Number(entry.missing), 0);
  console.log(
    `kucoin.wire: ${String(wire?.in)} sent, ${String(wire?.out)} taken, ${lost} lost in ` +
      `${entries.length} connections; the ledger has ${declared}`,
  );
  if (declared !== lost) problems.push(`the ledger has ${declared} messages, the hop ${lost}`);
  for (const entry of entries) {
    const span = BigInt(String(entry.lastMissing)) - BigInt(String(entry.firstMissing)) + 1n;
    if (span !== BigInt(Number(entry.missing))) {
      problems.push(`ledger entry ${JSON.stringify(entry)} has bounds that do not span its count`);
    }
  }
  const gatewayKills = parts.kills.filter(({ service }) => service.startsWith('gateway-')).length;
  const restarts = readLedger(parts.dataDir).entries.filter(
    (entry) => entry.noticedBy === 'writer-restarted' && entry.symbol === undefined,
  );
  if (restarts.length !== gatewayKills) {
    problems.push(`${gatewayKills} gateways were killed, the ledger has ${restarts.length}`);
  }
  return problems;
}

/**
 * An independent look: the first sequence that the ring says is missing after a gateway's death is
 * the one after the last that the store holds from before; and no tick is stored twice.
 */
async function judgeStore(dataDir: string): Promise<string[]> {
  const store = await openStore(dataDir);
  try {
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
      `store: ${holes.rows.length} holes after deaths of the gateway, ${wrong.length} of them not ` +
        `where the stored sequences end; ${doubled} ticks twice`,
    );
    const problems = wrong.map((row) => `hole at another place: ${row.join(' ')}`);
    return doubled === 0 ? problems : [...problems, `${doubled} ticks are stored twice`];
  } finally {
    store.close();
  }
}
