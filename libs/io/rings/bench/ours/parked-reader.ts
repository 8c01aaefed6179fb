// The worker of `idle-process.ts`: a reader that is parked on a ring where nothing happens.
import { parentPort, workerData } from 'node:worker_threads';
import { waitForRing } from '../../src/index.ts';

const options = workerData as { readonly dir: string; readonly name: string };
const subscription = await waitForRing({ ...options, from: 'latest', timeoutMs: 20_000 });
parentPort?.postMessage('ready');
await subscription.run(() => undefined, { waiting: 'park' });
