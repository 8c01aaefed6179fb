// A worker thread that parks on a word of its own read-only mapping and tells how it woke.
import { parentPort, workerData } from 'node:worker_threads';
import { ParkOutcome, futexWait, openSharedFile } from '../src/index.ts';

const memory = openSharedFile({ path: String(workerData), access: 'read' });
const words = new Int32Array(memory.buffer);
parentPort?.postMessage('parking');
let outcome: ParkOutcome = ParkOutcome.TimedOut;
// Bounded: 100 parks of at most 100 ms.
for (let parks = 0; parks < 100 && Atomics.load(words, 4) === 0; parks++) {
  outcome = futexWait({ memory, byteOffset: 16, expected: 0 }, 100);
}
parentPort?.postMessage({ outcome, word: Atomics.load(words, 4) });
