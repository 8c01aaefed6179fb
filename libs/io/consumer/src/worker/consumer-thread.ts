// The worker thread of a WorkerConsumer: it opens and maps the rings itself, reads them and runs
// the handlers. Started with a WorkerTask as its workerData.
import { parentPort, workerData } from 'node:worker_threads';
import { createConsumer } from '../consumer.ts';
import { ConsumerError } from '../errors.ts';
import type { ConsumerHandlers, TickBatch } from '../handlers.ts';
import { ResultWindow } from './result-port.ts';
import { SharedBatchesWriter } from './shared-batches.ts';
import type { FromWorker, SentError, ToWorker, WorkerContext, WorkerTask } from './worker-task.ts';

/** A wait for the other thread is looked over this often. */
const LOOK_MS = 100;

const task = workerData as WorkerTask;
const port = parentPort;
if (port === null) throw new Error('this script is a worker thread');

/** The consumer has ended: what waits for the other thread is given up. */
let isOver = false;

const send = (message: FromWorker): void => port.postMessage(message);

function forwarding(writer: SharedBatchesWriter): ConsumerHandlers {
  const lanes = new Map(task.options.rings.map((ring, index) => [ring, index]));
  const write = async (batch: TickBatch, lane: number): Promise<void> => {
    while (!isOver && !writer.write(batch, lane)) await writer.room(LOOK_MS);
  };
  return {
    batch: (batch) => {
      const lane = lanes.get(batch.ring) ?? 0;
      return writer.write(batch, lane) ? undefined : write(batch, lane);
    },
  };
}

async function handlersOf(module: string, window: ResultWindow): Promise<ConsumerHandlers> {
  const loaded = (await import(module)) as { default?: unknown };
  const make = loaded.default;
  if (typeof make !== 'function') {
    throw new ConsumerError('BAD_OPTION', `module: ${module} has no function as default export`, {
      hint: 'export default (context) => ({ trade(tick) { … } })',
    });
  }
  const context: WorkerContext = {
    data: task.data,
    rings: task.options.rings,
    post(result) {
      if (!window.open()) return false;
      send({ type: 'result', result });
      return true;
    },
    room: () => window.room(LOOK_MS),
  };
  return (await make(context)) as ConsumerHandlers;
}

function described(error: unknown): SentError {
  const known = error instanceof Error ? error : new Error(String(error));
  const code = 'code' in known && typeof known.code === 'string' ? known.code : undefined;
  return { name: known.name, message: known.message, stack: known.stack, code };
}

async function consume(): Promise<void> {
  const writer = new SharedBatchesWriter(task.batches.memory, task.batches.plan);
  const window = new ResultWindow(task.results.memory, task.results.capacity);
  const { module } = task;
  const own = module === undefined ? forwarding(writer) : await handlersOf(module, window);
  const handlers: ConsumerHandlers = {
    ...own,
    pressure: (change) => {
      own.pressure?.(change);
      send({ type: 'pressure', change });
    },
  };
  const { cells, resume } = task;
  const consumer = createConsumer({ ...task.options, handlers }, { cells, resume });
  port?.on('message', (message: ToWorker) => void consumer.stop(message));
  send({ type: 'ready' });
  const end = await consumer.run();
  writer.close();
  send({ type: 'ended', end });
}

try {
  await consume();
} catch (error) {
  send({ type: 'failed', error: described(error) });
}
isOver = true;
port.close();
