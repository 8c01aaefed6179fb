// Ticks between two threads of one process over a MessagePort: what Node offers for it. One JSON
// argument, see `PeerOptions`; prints both reports.
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { MessageChannel, Worker, isMainThread, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { ReaderReport } from '../harness/section.ts';
import { TickAssembler, TickReceiver, writeTicks } from './node-side.ts';
import type { PeerOptions } from './node-side.ts';

/** A port queues without bound, so the writer keeps to this window. */
const WINDOW_TICKS = 65_536;
const MESSAGES_PER_TURN = 32;

interface WorkerInput {
  readonly options: PeerOptions;
  readonly port: MessagePort;
  readonly taken: Int32Array;
}

/** Of the calling thread alone: both sides share the process. */
const usage = (): NodeJS.CpuUsage => process.threadCpuUsage();

async function write(options: PeerOptions): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const taken = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { options, port: port2, taken } satisfies WorkerInput,
    transferList: [port2],
  });
  const result = once(worker, 'message') as Promise<[ReaderReport]>;
  await once(port1, 'message');
  let sent = 0;
  let messages = 0;
  const room = async (): Promise<void> => {
    do await turn();
    while (sent - Atomics.load(taken, 0) > WINDOW_TICKS);
  };
  const everyMessage = options.mode === 'latency';
  const writer = await writeTicks(
    options,
    (bytes) => {
      port1.postMessage(Uint8Array.from(bytes));
      sent += options.batch;
      messages++;
      const full = sent - Atomics.load(taken, 0) > WINDOW_TICKS;
      return full || everyMessage || messages % MESSAGES_PER_TURN === 0 ? room() : undefined;
    },
    usage,
  );
  const [reader] = await result;
  port1.close();
  process.stdout.write(`${JSON.stringify({ writer, reader })}\n`);
}

async function read({ options, port, taken }: WorkerInput): Promise<ReaderReport> {
  const receiver = new TickReceiver(options, usage);
  const assembler = new TickAssembler((words, count) => receiver.take(words, count));
  port.on('message', (bytes: Uint8Array) => {
    assembler.add(bytes);
    Atomics.store(taken, 0, receiver.ticks);
  });
  port.postMessage('ready');
  const report = await receiver.done;
  port.close();
  return report;
}

if (isMainThread) {
  await write(JSON.parse(String(process.argv[2])) as PeerOptions);
} else {
  const { parentPort } = await import('node:worker_threads');
  parentPort?.postMessage(await read(workerData as WorkerInput));
}
