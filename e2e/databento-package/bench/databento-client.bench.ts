/**
 * Records a second that a program gets of `LiveClient`: from its loop, and in place by `onRecord`.
 * The vendor is a process of its own whose records were rendered before; beside the client the
 * floor, reading the same bytes from a socket and doing nothing.
 *
 *   npm run bench -- databento-client [--schemas trades,mbp-1,mbo] [--records 1000000] [--json]
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LiveClient } from '@tickwire/databento';
import type { LiveClientOptions, SchemaName } from '@tickwire/databento';
import { repositoryRoot, testSeed } from '@tickwire/testing';

const VENDOR_SCRIPT = 'apps/gateway-databento/bench/rendered-vendor.ts';
const KEY = 'db-simulated00000000000000000001';
const PASSES = 5;

const { values } = parseArgs({
  options: {
    schemas: { type: 'string', default: 'trades,mbp-1,mbo' },
    records: { type: 'string', default: '1000000' },
    json: { type: 'boolean', default: false },
  },
});

interface Vendor {
  readonly child: ChildProcess;
  readonly port: number;
  readonly records: number;
  readonly bytes: number;
}

/** Records a second, from the first byte of the session to the last record. */
interface Row {
  readonly schema: string;
  readonly records: number;
  readonly loop: number;
  readonly inPlace: number;
  readonly floor: number;
}

const rows: Row[] = [];
for (const schema of values.schemas.split(',')) rows.push(await measure(schema));
const machine = `${cpus()[0]?.model ?? 'unknown CPU'} × ${cpus().length}, Node ${process.version}`;
if (values.json) console.log(JSON.stringify({ bench: 'databento-client', machine, rows }));
else {
  console.log(machine);
  for (const { schema, records, loop, inPlace, floor } of rows) {
    const [a, b, c] = [loop, inPlace, floor].map((rate) => (rate / 1e6).toFixed(2));
    console.log(
      `${schema.padEnd(7)} ${records} records: loop ${a} M records/s, in place ${b}; floor ${c}`,
    );
  }
}

async function measure(schema: string): Promise<Row> {
  const child = fork(join(repositoryRoot(), VENDOR_SCRIPT), [
    ...[schema, values.records, String(testSeed())],
  ]);
  const [said] = (await once(child, 'message')) as [Omit<Vendor, 'child'>];
  const vendor = { child, ...said };
  try {
    const { records } = vendor;
    const rateOf = async (pass: () => Promise<number>): Promise<number> => {
      const ns: number[] = [];
      for (let at = 0; at < PASSES; at += 1) ns.push(await pass());
      return (records / ns.toSorted((a, b) => a - b)[PASSES >> 1]!) * 1e9;
    };
    return {
      ...{ schema, records },
      loop: await rateOf(() => loopPass(schema, vendor)),
      inPlace: await rateOf(() => inPlacePass(schema, vendor)),
      floor: await rateOf(() => plainPass(vendor)),
    };
  } finally {
    child.disconnect();
    await once(child, 'exit');
  }
}

function clientOf(schema: string, vendor: Vendor, more: Partial<LiveClientOptions>): LiveClient {
  const url = `tcp://127.0.0.1:${vendor.port}`;
  const options = { dataset: 'GLBX.MDP3', key: KEY, url, heartbeatIntervalS: 60 };
  const client = new LiveClient({ ...options, ...more });
  // One that the client does not know it refuses itself.
  client.subscribe({ schema: schema as SchemaName, symbols: 'ALL_SYMBOLS' });
  return client;
}

async function loopPass(schema: string, vendor: Vendor): Promise<number> {
  const client = clientOf(schema, vendor, {});
  const begin = process.hrtime.bigint();
  let taken = 0;
  for await (const message of client) {
    if (message.type === 'state' || message.type === 'gap') continue;
    taken += 1;
    if (taken === vendor.records) break;
  }
  return Number(process.hrtime.bigint() - begin);
}

async function inPlacePass(schema: string, vendor: Vendor): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const begin = process.hrtime.bigint();
  let taken = 0;
  const client = clientOf(schema, vendor, {
    onRecord() {
      taken += 1;
      if (taken === vendor.records) resolve(Number(process.hrtime.bigint() - begin));
    },
  });
  client.start();
  const ns = await promise;
  await client.stop(0);
  return ns;
}

function plainPass({ port, bytes }: Vendor): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const begin = process.hrtime.bigint();
  let taken = 0;
  const socket = connect({
    ...{ host: '127.0.0.1', port },
    onread: {
      buffer: new Uint8Array(256 * 1024),
      callback(count) {
        taken += count;
        if (taken >= bytes) resolve(Number(process.hrtime.bigint() - begin));
        return true;
      },
    },
  });
  socket.on('error', reject);
  socket.write('auth=x\n');
  socket.write('start_session\n');
  return promise.finally(() => socket.destroy());
}
