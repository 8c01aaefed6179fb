/**
 * Records a second from the vendor's socket to a reader of the ring: the vendor is a process of its
 * own whose records were rendered before, the gateway runs as it is shipped, the reader is this
 * process. Beside it the floor: a process that reads the same bytes from a socket and does nothing.
 *
 *   npm run bench -- databento-live [--schemas trades,mbp-1,mbo] [--records 2000000] [--json]
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { TICK_BYTES, collectHops } from '@tickwire/core';
import { openRing } from '@tickwire/io-rings';
import { readStats, statsPath } from '@tickwire/io-service';
import { sharedMemoryRoot } from '@tickwire/ipc-shm';
import { startProcess, testSeed, waitFor } from '@tickwire/testing';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { SCRIPT, SERVICE, environmentOf } from '../test/gateway-environment.ts';

const PASSES = 3;
const RECORDS_PER_SECOND_MIN = 1_000_000;
/** The reader is never so far behind that the writer laps it. */
const RING_SLOTS = 2 ** 20;
const OWN_KINDS: ReadonlySet<number> = new Set([TickKind.Stream, TickKind.Clock, TickKind.Pad]);

const { values } = parseArgs({
  options: {
    schemas: { type: 'string', default: 'trades,mbp-1,mbo' },
    records: { type: 'string', default: '2000000' },
    json: { type: 'boolean', default: false },
  },
});
const seed = String(testSeed());

interface Vendor {
  readonly child: ChildProcess;
  readonly port: number;
  readonly records: number;
  readonly bytes: number;
}

interface Row {
  readonly schema: string;
  readonly records: number;
  readonly ticks: number;
  readonly lost: number;
  /** Records a second, the passes from least to most. */
  readonly perSecond: readonly number[];
  readonly floorPerSecond: number;
  /** Of the gateway's process since it was ready, a record. */
  readonly cpuNs: number;
}

const rows: Row[] = [];
for (const schema of values.schemas.split(',')) rows.push(await measure(schema));
report();

async function measure(schema: string): Promise<Row> {
  const vendor = await startVendor(schema);
  try {
    const floorNs = await plainRead(vendor);
    const runs = [];
    for (let pass = 0; pass < PASSES; pass += 1) runs.push(await throughGateway(schema, vendor));
    const { records } = vendor;
    const [first] = runs;
    return {
      ...{ schema, records, ticks: first?.ticks ?? 0 },
      lost: runs.reduce((sum, { lost }) => sum + lost, 0),
      perSecond: runs.map(({ ns }) => (records / ns) * 1e9).toSorted((a, b) => a - b),
      floorPerSecond: (records / floorNs) * 1e9,
      cpuNs: Math.min(...runs.map(({ cpuNs }) => cpuNs)) / records,
    };
  } finally {
    vendor.child.disconnect();
    await once(vendor.child, 'exit');
  }
}

async function startVendor(schema: string): Promise<Vendor> {
  const script = new URL('rendered-vendor.ts', import.meta.url);
  const child = fork(script, [schema, values.records, seed]);
  const [said] = (await once(child, 'message')) as [Omit<Vendor, 'child'>];
  return { child, ...said };
}

/** ns from the first byte of records to the last. */
function plainRead({ port, bytes }: Vendor): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let taken = 0;
  let firstNs = 0n;
  const socket = connect({
    ...{ host: '127.0.0.1', port },
    onread: {
      buffer: new Uint8Array(256 * 1024),
      callback(count) {
        if (firstNs === 0n) firstNs = process.hrtime.bigint();
        taken += count;
        if (taken >= bytes) resolve(Number(process.hrtime.bigint() - firstNs));
        return true;
      },
    },
  });
  socket.on('error', reject);
  socket.write('auth=x\n');
  socket.write('start_session\n');
  return promise.finally(() => socket.destroy());
}

interface Run {
  readonly ns: number;
  readonly ticks: number;
  readonly lost: number;
  readonly cpuNs: number;
}

async function throughGateway(schema: string, { port, records }: Vendor): Promise<Run> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tickwire-databento-bench-'));
  const ringDir = mkdtempSync(join(sharedMemoryRoot().path, 'tickwire-databento-bench-'));
  const gateway = startProcess({
    script: SCRIPT,
    env: {
      ...environmentOf({ ringDir, dataDir }, port),
      TICKWIRE_DATABENTO_SCHEMAS: schema,
      TICKWIRE_DATABENTO_HEARTBEAT_S: '60',
      TICKWIRE_RING_SLOTS: String(RING_SLOTS),
    },
  });
  try {
    await gateway.ready();
    const atReadyNs = cpuNsOf(gateway.pid);
    const read = await readTicks({ ringDir, records });
    const cpuNs = cpuNsOf(gateway.pid) - atReadyNs;
    await gateway.stop();
    return { ...read, cpuNs };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
    rmSync(ringDir, { recursive: true, force: true });
  }
}

/** Reads until all records have passed the gateway, and the ring is read to its end. */
async function readTicks(of: { ringDir: string; records: number }): Promise<Omit<Run, 'cpuNs'>> {
  const ring = openRing({ dir: of.ringDir, name: 'databento.0', from: 'oldest' });
  const tick = new TickView();
  let ticks = 0;
  let firstNs = 0n;
  let lastNs = 0n;
  const poll = (): boolean => {
    const run = ring.poll();
    if (run === undefined) return false;
    let data = 0;
    for (let at = 0; at < run.count * TICK_BYTES; at += TICK_BYTES) {
      if (!OWN_KINDS.has(tick.wrap(run.view, at).kind)) data += 1;
    }
    if (data === 0) return true;
    lastNs = process.hrtime.bigint();
    if (firstNs === 0n) firstNs = lastNs;
    ticks += data;
    return true;
  };
  const isThrough = (): boolean => {
    for (let runs = 0; runs < 10_000 && poll(); runs += 1);
    return recordsThrough(of.ringDir) >= of.records;
  };
  await waitFor(isThrough, { what: 'all records', everyMs: 1, deadlineMs: 120_000 });
  while (poll());
  const { lost } = ring.account();
  ring.close();
  return { ns: Number(lastNs - firstNs), ticks, lost };
}

function recordsThrough(ringDir: string): number {
  const { values: counters } = readStats(statsPath(ringDir, SERVICE));
  return collectHops([counters]).get('databento.parse')?.out ?? 0;
}

/** What a process has used of all cores so far. */
function cpuNsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 1e7;
}

function report(): void {
  if (values.json) console.log(JSON.stringify({ seed, rows }));
  console.log(`${cpus()[0]?.model.trim()}, Node ${process.version}, seed ${seed}`);
  for (const { schema, records, ticks, lost, perSecond, floorPerSecond, cpuNs } of rows) {
    const [least, median, most] = perSecond.map(millions);
    console.log(
      `${schema.padEnd(7)} ${records} records, ${ticks} ticks, lost ${lost}: ${median} M ` +
        `records/s (${least} … ${most}), ${cpuNs.toFixed(0)} ns of CPU a record; ` +
        `floor ${millions(floorPerSecond)} M/s`,
    );
    const isHeld = lost === 0 && (perSecond[1] ?? 0) >= RECORDS_PER_SECOND_MIN;
    console.log(`${isHeld ? 'held  ' : 'FAILED'} ${schema}: 1 M records/s from socket to reader`);
    if (!isHeld) process.exitCode = 1;
  }
}

function millions(count: number): string {
  return (count / 1e6).toFixed(2);
}
