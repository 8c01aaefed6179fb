// Records the orders of a sample, says how many a flush has confirmed, goes on, and waits for its
// end by a signal.
import { DbnDecoder } from '@tickwire/wire-dbn';
import { hostRecorder } from '../test/recorder-process.ts';
import { orderStream } from '../test/sample-stream.ts';

const recorder = hostRecorder();
const decoder = new DbnDecoder();
decoder.push(orderStream(50_000));
for (let at = 0; at < 40_000 && decoder.next(); at += 1) recorder.write(decoder);
await recorder.flush();
while (decoder.next()) recorder.write(decoder);
process.send?.({ written: recorder.counts.written });
setInterval(() => undefined, 60_000);
