/**
 * A process that is the vendor for one client after the other: the protocol's lines, then records
 * that were rendered before, as fast as the socket takes them. Says `{ port, records, bytes }`.
 *
 *   node rendered-vendor.ts <schema> <records> <seed>
 */
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { MadeSchema } from '@tickwire/sim-databento';
import { DbnEncoder, SCHEMA_NONE, TIME_OPEN } from '@tickwire/wire-dbn';
import { renderedRecords } from './rendered-records.ts';

const PIECE_BYTES = 256 * 1024;
const SYMBOL_BYTES = 71;

const [schema, records, seed = '1'] = process.argv.slice(2);
const rendered = await renderedRecords({
  ...{ schema: schema as MadeSchema, records: Number(records), seed },
});
const metadata = metadataBytes();
const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.write('lsg_version=0.1.0-rendered\ncram=challenge\n');
  let isStarted = false;
  socket.on('data', (bytes) => {
    const text = bytes.toString();
    if (text.includes('auth=')) socket.write('success=1|session_id=1\n');
    if (!text.includes('start_session') || isStarted) return;
    isStarted = true;
    socket.write(metadata);
    pour(socket, 0);
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ port, records: rendered.records, bytes: rendered.bytes.length });
});
process.on('disconnect', () => process.exit(0));

function pour(socket: Socket, from: number): void {
  let at = from;
  while (at < rendered.bytes.length) {
    const isRoomy = socket.write(rendered.bytes.subarray(at, (at += PIECE_BYTES)));
    if (isRoomy) continue;
    socket.once('drain', () => pour(socket, at));
    return;
  }
}

function metadataBytes(): Uint8Array {
  const encoder = new DbnEncoder(new Uint8Array(1_024), { version: 3 });
  encoder.metadata({
    ...{ version: 3, dataset: 'GLBX.MDP3', schema: SCHEMA_NONE, start: 0n, end: TIME_OPEN },
    ...{ limit: 0n, stypeIn: 0xff, stypeOut: 0, tsOut: false, symbolCstrLength: SYMBOL_BYTES },
    ...{ symbols: [], partial: [], notFound: [], mappings: [] },
  });
  return encoder.written;
}
