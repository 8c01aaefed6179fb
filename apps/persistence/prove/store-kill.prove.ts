/**
 * Persistence, killed with SIGKILL at random moments under load, again and again: in the end each
 * tick that the ring gave is in the store once, with its own bytes, and every hop balances.
 *
 *   npm run prove -- store-kill        TICKWIRE_SEED and TICKWIRE_KILLS (default 50) are settable
 *
 * The kill comes a random 0 … 800 ms after the service is ready, so that it falls on journal
 * writes, commits, Parquet files in the making, renames and removals alike; every fourth one
 * while a merge of small files is copied, and every fourth while one is committed, as far as one
 * can be caught at it.
 * All the while a query is asked of the store again and again: it must always see positions from
 * 0 on without a hole, each once, and never fewer than before.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { randomInt } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import {
  ABSENT,
  AssetClass,
  SUPERSEDES_NONE,
  TICK_BYTES,
  TextForm,
  collectHops,
  hopImbalance,
  readCounters,
} from '@tickwire/core';
import { Action, Side, TickKind, TickView, crc32 } from '@tickwire/wire-tick';
import { createRing } from '@tickwire/io-rings';
import type { RingProducer } from '@tickwire/io-rings';
import { openStore, rowToTick } from '@tickwire/io-store';
import { seededRandom } from '@tickwire/testing';

const RING = 'kucoin.0';
const BATCH = 16;
/** Holds all that is written while no service runs: about 10 s, so that nothing may be lost. */
const SLOTS = 262_144;
const NOON_NS = 1_795_262_400_000_000_000n;
/** A read is a page of rows: the check of every tick needs no more memory than this. */
const PAGE_ROWS = 100_000;
const KILL_MS_MAX = 800;
/** How long a kill waits for a merge that it is aimed at. */
const AIM_MS_MAX = 1_500;
/** Few, so that files are merged all the time, on several levels. */
const MERGE_FILES = 3;
const MERGE_ROWS = 500_000;
/** Between two queries: the processors are for the service. */
const QUERY_MS = 20;

const seed = Number(process.env.TICKWIRE_SEED ?? randomInt(2 ** 31));
const kills = Number(process.env.TICKWIRE_KILLS ?? 50);
const random = seededRandom(seed);
const root = mkdtempSync(join(tmpdir(), 'tickwire-prove-'));
const shm = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const ringDir = mkdtempSync(join(shm, 'tickwire-prove-'));
const main = resolve(import.meta.dirname, '../src/main.ts');
let ok = true;

console.log(`store-kill: TICKWIRE_SEED=${seed}, ${kills} kills`);
try {
  await prove();
} finally {
  rmSync(root, { recursive: true, force: true });
  rmSync(ringDir, { recursive: true, force: true });
}
process.exit(ok ? 0 : 1);

async function prove(): Promise<void> {
  const ring = createRing({ dir: ringDir, name: RING, vendor: 'kucoin', slotCount: SLOTS });
  for (const symbol of ['BTC-USDT', 'ETH-USDT', 'KCS-USDT']) appendInstrument(ring, symbol);
  let journaledMax = 0;
  let checks = 0;
  const cuts = { copying: 0, committing: 0 };
  const watch = watchStore();
  const writer = setInterval(() => publish(ring, 1 + Math.floor(random() * 4)), 2);
  for (let kill = 0; kill < kills; kill++) {
    const service = start();
    await ready(service);
    if (kill % 4 === 1) await aimAt('copying');
    else if (kill % 4 === 3) await aimAt('committing');
    else await delay(Math.floor(random() * KILL_MS_MAX));
    service.kill('SIGKILL');
    await once(service, 'exit');
    const cut = mergeUnderWay();
    if (cut !== undefined) cuts[cut] += 1;
    // What was durable must be there, whatever moment it was.
    const journaled = hopOut(`journal.${RING}`);
    check(journaled >= journaledMax, `journaled went from ${journaledMax} to ${journaled}`);
    journaledMax = Math.max(journaledMax, journaled);
    if (kill % 10 === 9) {
      await checkStore(false, ring);
      checks += 1;
      console.log(`${kill + 1} kills, ${ring.position} ticks published, ${journaled} durable`);
    }
  }
  const service = start();
  await ready(service);
  clearInterval(writer);
  const published = ring.position;
  ring.close();
  service.kill('SIGTERM');
  const [code] = (await once(service, 'exit')) as [number | null];
  check(code === 0, `the last stop ended with ${code}`);
  const looks = await watch.stop();
  const rows = await checkStore(true, ring);
  check(rows === published, `${rows} rows of ${published} ticks`);
  for (const hop of hops().values()) {
    const balance = hopImbalance(hop);
    const dropped = Object.values(hop.dropped).reduce((sum, n) => sum + n, 0);
    console.log(
      `${hop.name}: in ${hop.in} out ${hop.out} dropped ${dropped} in flight ${hop.inFlight}`,
    );
    check(balance === 0 && dropped === 0 && hop.inFlight === 0, `${hop.name} does not balance`);
    check(hop.in === published && hop.out === published, `${hop.name} counted another number`);
  }
  const left = readdirSync(join(root, 'journal')).flatMap((id) =>
    readdirSync(join(root, 'journal', id)).filter((name) => name.endsWith('.twj')),
  );
  check(left.length === 0, `${left.length} journal files are left`);
  check(mergeUnderWay() === undefined, 'a merge is left half-done');
  const counts = counters();
  const merges = counts.get('count/store.compactions') ?? 0;
  const files = counts.get('gauge/store.files') ?? 0;
  const failed = counts.get('count/store.compactionsFailed') ?? 0;
  check(merges >= kills / 10, `only ${merges} merges`);
  check(failed === 0, `${failed} merges failed`);
  check(cuts.copying >= kills / 10, `only ${cuts.copying} kills fell on the copying of a merge`);
  check(looks >= kills, `only ${looks} queries`);
  console.log(
    `${merges} merges counted; kills in one: ${cuts.copying} while it copied, ` +
      `${cuts.committing} while it committed; ${files} files left; ` +
      `${looks} queries all the while`,
  );
  console.log(
    `${published} ticks, ${rows} rows, each checked; ${kills} kills, ${checks} checks between`,
  );
}

function appendInstrument(ring: RingProducer, symbol: string): void {
  ring.append({
    vendor: 'kucoin',
    venue: 'KUCOIN',
    symbol,
    canonicalSymbol: '',
    assetClass: AssetClass.Spot,
    currency: 'USDT',
    priceExp: -4,
    sizeExp: -4,
    markExp: -4,
    textForm: TextForm.Stripped,
    tickSize: 1,
    lotSize: 1,
    multiplierE9: ABSENT,
    expirySec: ABSENT,
    supersedes: SUPERSEDES_NONE,
  });
}

function publish(ring: RingProducer, batches: number): void {
  const bytes = new Uint8Array(BATCH * TICK_BYTES);
  const view = new DataView(bytes.buffer);
  for (let batch = 0; batch < batches; batch++) {
    for (let at = 0; at < BATCH; at++) writeTick(view, at * TICK_BYTES, ring.position + at);
    ring.publish(bytes, BATCH);
  }
}

/** Every byte of the payload depends on the position. */
function writeTick(view: DataView, offset: number, position: number): void {
  const tick = new TickView().wrap(view, offset).begin(TickKind.Trade);
  const ns = NOON_NS + BigInt(position) * 1_000_000n;
  tick.setTsRecv(Number(ns >> 32n), Number(ns & 0xffff_ffffn));
  if (position % 3 === 0) tick.setTsEvent(Number(ns >> 32n), position >>> 0);
  tick.instrument = 1 + (position % 3);
  tick.sequence = position >>> 0;
  tick.setSideAction(Side.Bid, Action.Trade);
  tick.price = position * 7;
  tick.size = position % 1_000 === 0 ? ABSENT : position * 11;
  tick.setTradeId(position >>> 0, ~position >>> 0);
}

function start(): ChildProcess {
  return fork(main, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      TICKWIRE_SERVICE: 'persistence',
      TICKWIRE_RUN_DIR: join(root, 'run'),
      TICKWIRE_RING_DIR: ringDir,
      TICKWIRE_DATA_DIR: root,
      TICKWIRE_STORE_FLUSH_MS: '30',
      TICKWIRE_STORE_MERGE_FILES: String(MERGE_FILES),
      TICKWIRE_STORE_MERGE_ROWS: String(MERGE_ROWS),
      TICKWIRE_JOURNAL_SYNC_MS: '5',
      TICKWIRE_LOG_LEVEL: 'error',
    },
  });
}

async function ready(service: ChildProcess): Promise<void> {
  for (;;) {
    const [message] = (await once(service, 'message')) as [{ type?: string; message?: string }];
    if (message.type === 'ready') return;
    if (message.type === 'failed') throw new Error(message.message ?? 'failed');
  }
}

function counters(): ReadonlyMap<string, number> {
  return readCounters(readFileSync(join(ringDir, 'persistence.stats'))).values;
}

function hops(): ReturnType<typeof collectHops> {
  return collectHops([counters()]);
}

function hopOut(name: string): number {
  return hops().get(name)?.out ?? 0;
}

/** How far a merge has come that is under way, or that a kill cut. */
function mergeUnderWay(): 'copying' | 'committing' | undefined {
  const names = (directory: string): string[] => {
    const path = join(root, 'store', directory);
    return existsSync(path) ? readdirSync(path, { recursive: true }).map(String) : [];
  };
  if (names('commits').some((name) => /^merge-.*\.json$/.test(name))) return 'committing';
  const ticks = names('ticks');
  const stored = ticks.flatMap((name) => /-(\d+)-\d+\.parquet$/.exec(name)?.[1] ?? []);
  // A flush begins where nothing is stored yet, a merge where its first file does.
  const temporary = ticks.flatMap((name) => /-(\d+)-\d+\.parquet\.tmp$/.exec(name)?.[1] ?? []);
  return temporary.some((first) => stored.includes(first)) ? 'copying' : undefined;
}

/** Waits until a merge has come so far, in vain for `AIM_MS_MAX` at most. */
async function aimAt(stage: 'copying' | 'committing'): Promise<void> {
  const from = performance.now();
  while (mergeUnderWay() !== stage && performance.now() - from < AIM_MS_MAX) {
    await (stage === 'copying' ? delay(1) : turn());
  }
}

/** Asks the store all the time, through kills, restarts and merges. */
function watchStore(): { stop(): Promise<number> } {
  let stopping = false;
  let looks = 0;
  let before = 0;
  const columns = 'count(*), count(DISTINCT position), coalesce(max(position) + 1, 0)';
  const sql = `SELECT ${columns} FROM raw_ticks`;
  const loop = async (): Promise<void> => {
    const store = await openStore(root);
    while (!stopping) {
      const { rows } = await store.query(sql);
      const [count = 0, distinct = 0, end = 0] = (rows[0] ?? []).map(Number);
      check(count === distinct, `a query saw ${count} rows of ${distinct} positions`);
      check(distinct === end, `a query saw ${distinct} positions up to ${end}`);
      check(end >= before, `a query saw ${end} rows after one that saw ${before}`);
      before = end;
      looks += 1;
      await delay(QUERY_MS);
    }
    store.close();
  };
  const looping = loop();
  looping.catch((error: unknown) => check(false, `a query failed: ${String(error)}`));
  return {
    async stop() {
      stopping = true;
      await looping.catch(() => undefined);
      return looks;
    },
  };
}

/** Each row is the tick of its position, each position is there once, without a hole. */
async function checkStore(final: boolean, ring: RingProducer): Promise<number> {
  const store = await openStore(root);
  const bytes = new Uint8Array(TICK_BYTES);
  const view = new DataView(bytes.buffer);
  let next = 0;
  for (;;) {
    const sql = `SELECT * FROM raw_ticks WHERE position >= ${next} ORDER BY position`;
    const { columns, rows } = await store.query(sql, { rowsMax: PAGE_ROWS });
    for (const row of rows) {
      const named = Object.fromEntries(columns.map(({ name }, at) => [name, row[at]]));
      check(named.position === next, `position ${String(named.position)} where ${next} belongs`);
      writeTick(view, 0, next);
      check(crc32(rowToTick(named)) === crc32(bytes), `the tick at ${next} is another one`);
      next += 1;
    }
    if (rows.length < PAGE_ROWS) break;
  }
  store.close();
  check(final || next <= ring.position, 'more rows than ticks');
  return next;
}

function check(condition: boolean, message: string): void {
  if (condition) return;
  if (ok) console.error(`FAILED: ${message}`);
  ok = false;
}
