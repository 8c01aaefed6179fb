// Ticks over a Unix domain socket with Node's `net`. One JSON argument, see `PeerOptions`; prints
// the report of its role.
import { once } from 'node:events';
import { createServer, createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { waitFor } from '@tickwire/testing';
import { existsSync } from 'node:fs';
import { printReport } from '../harness/section.ts';
import { TickAssembler, TickReceiver, writeTicks } from './node-side.ts';
import type { PeerOptions } from './node-side.ts';

const options = JSON.parse(String(process.argv[2])) as PeerOptions;
const path = join(options.dir, 'bench.sock');

async function write(): Promise<void> {
  await waitFor(() => existsSync(path), { what: path, deadlineMs: 30_000 });
  const socket = createConnection(path);
  await once(socket, 'connect');
  const paced = options.mode === 'latency';
  const report = await writeTicks(options, (bytes) => {
    // The socket keeps what it cannot write at once, and the batch's memory is used again.
    const accepted = socket.write(Buffer.from(bytes));
    if (!accepted) return drained(socket);
    return paced ? turn() : undefined;
  });
  socket.end();
  printReport(report);
}

async function drained(socket: Socket): Promise<void> {
  await once(socket, 'drain');
}

async function read(): Promise<void> {
  const receiver = new TickReceiver(options);
  const assembler = new TickAssembler((words, count) => receiver.take(words, count));
  const server = createServer((socket) => {
    socket.on('data', (chunk) => assembler.add(chunk as Buffer));
  });
  server.listen(path);
  printReport(await receiver.done);
  server.close();
}

await (options.role === 'write' ? write() : read());
