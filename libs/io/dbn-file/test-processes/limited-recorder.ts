// Records the orders of a sample while the kernel lets files grow to a limit only (`ulimit -f`), as
// on a disk that fills up, and says what became of them.
import { DbnDecoder } from '@tickwire/wire-dbn';
import type { RecorderEvent } from '../src/dbn-recorder.ts';
import { hostRecorder } from '../test/recorder-process.ts';
import { orderStream } from '../test/sample-stream.ts';

const RECORDS = 100_000;
const BETWEEN_FLUSHES = 5_000;
const events: RecorderEvent[] = [];
const recorder = hostRecorder((event) => events.push(event));
const decoder = new DbnDecoder();
decoder.push(orderStream(RECORDS));
for (let given = 1; decoder.next(); given += 1) {
  recorder.write(decoder);
  if (given % BETWEEN_FLUSHES === 0) await recorder.flush();
}
await recorder.close();
process.stdout.write(JSON.stringify({ given: RECORDS, counts: recorder.counts, events }));
