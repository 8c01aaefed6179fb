// Ticks through a local nats-server with its client for Node. One JSON argument, see
// `PeerOptions`; prints the report of its role.
import { setImmediate as turn } from 'node:timers/promises';
import { connect } from 'nats';
import type { NatsConnection } from 'nats';
import { printReport } from '../harness/section.ts';
import { sayReady, waitForReady } from '../ours/ready-files.ts';
import { TickAssembler, TickReceiver, writeTicks } from './node-side.ts';
import type { PeerOptions } from './node-side.ts';

/** Core NATS drops what a slow subscriber does not take, so the writer keeps to this window. */
const WINDOW_TICKS = 65_536;
const TOLD_EVERY_TICKS = WINDOW_TICKS / 8;
/** Published messages between two turns, so that the client can send and hear. */
const MESSAGES_PER_TURN = 32;

const options = JSON.parse(String(process.argv[2])) as PeerOptions;
const connection = await connect({ servers: String(options.address) });

async function write(bus: NatsConnection): Promise<void> {
  let taken = 0;
  let sent = 0;
  let messages = 0;
  bus.subscribe('taken', {
    callback: (_, message) => {
      taken = Number(message.string());
    },
  });
  await bus.flush();
  await waitForReady(options.dir, 1);
  const room = async (): Promise<void> => {
    do await turn();
    while (sent - taken > WINDOW_TICKS);
  };
  const everyMessage = options.mode === 'latency';
  const report = await writeTicks(options, (bytes) => {
    // The client keeps a reference until it has written.
    bus.publish('ticks', Uint8Array.from(bytes));
    sent += options.batch;
    messages++;
    const full = sent - taken > WINDOW_TICKS;
    return full || everyMessage || messages % MESSAGES_PER_TURN === 0 ? room() : undefined;
  });
  await bus.drain();
  printReport(report);
}

async function read(bus: NatsConnection): Promise<void> {
  const receiver = new TickReceiver(options);
  const assembler = new TickAssembler((words, count) => receiver.take(words, count));
  let told = 0;
  bus.subscribe('ticks', {
    callback: (_, message) => {
      assembler.add(message.data);
      if (receiver.ticks - told < TOLD_EVERY_TICKS) return;
      told = receiver.ticks;
      bus.publish('taken', String(told));
    },
  });
  await bus.flush();
  sayReady(options.dir, 'reader');
  const report = await receiver.done;
  bus.publish('taken', String(receiver.ticks));
  await bus.drain();
  printReport(report);
}

await (options.role === 'write' ? write(connection) : read(connection));
