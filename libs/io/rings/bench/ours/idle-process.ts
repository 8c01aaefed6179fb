// A process that waits: its one worker has a parked reader on a ring. First argument: the worker's
// script, then its options as JSON. Says `ready` when the reader sleeps, and ends with its input.
import { Worker } from 'node:worker_threads';

const [script = '', options = ''] = process.argv.slice(2);
const worker = new Worker(script, { workerData: JSON.parse(options) as object });
worker.once('message', () => process.stdout.write('ready\n'));
process.stdin.on('end', () => process.exit(0)).resume();
