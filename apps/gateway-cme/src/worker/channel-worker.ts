// The packet thread. Started with a WorkerTask as its workerData.
import { parentPort, workerData } from 'node:worker_threads';
import { TickwireError } from '@tickwire/core';
import type { ControlRequest } from '@tickwire/io-bus';
import { raiseInliningBudget } from '@tickwire/io-service';
import { startPacketThread } from './packet-thread.ts';
import type { FromWorker, SentError, ToWorker, WorkerTask } from './worker-messages.ts';

raiseInliningBudget();
const port = parentPort;
if (port === null) throw new Error('this script is a worker thread');
const tell = (message: FromWorker): void => port.postMessage(message);

try {
  const thread = await startPacketThread(workerData as WorkerTask, {
    tell,
    fail: (error) => tell({ type: 'failed', error: sentError(error) }),
  });
  port.on('message', (message: ToWorker) => {
    switch (message.type) {
      case 'status':
        tell({ type: 'status', id: message.id, channels: thread.status() });
        break;
      case 'snapshot':
        thread.snapshot(requestOf(message, tell));
        break;
      case 'taken':
        thread.taken(message.of);
        break;
      case 'stop':
        thread.stop();
        tell({ type: 'stopped' });
        port.close();
        break;
    }
  });
  tell({ type: 'ready', info: thread.info });
} catch (error) {
  tell({ type: 'failed', error: sentError(error) });
}

/** The request as the verb takes it; how it ends goes back to the other thread. */
function requestOf(
  { id, body }: Extract<ToWorker, { type: 'snapshot' }>,
  reply: (message: FromWorker) => void,
): ControlRequest {
  return {
    ...{ verb: 'snapshot', body },
    answer: (answer) => reply({ type: 'snapshot', id, reply: { answer } }),
    refuse: (reason, refusal) => reply({ type: 'snapshot', id, reply: { reason, refusal } }),
  };
}

function sentError(error: unknown): SentError {
  if (!(error instanceof Error)) return { code: 'UNEXPECTED', message: String(error) };
  const code = 'code' in error ? String(error.code) : 'UNEXPECTED';
  const hint = error instanceof TickwireError ? error.hint : undefined;
  const message = code === 'UNEXPECTED' ? (error.stack ?? error.message) : error.message;
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}
