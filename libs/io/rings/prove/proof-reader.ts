// A process that checks self-checking ticks. One JSON argument, see `ProofReaderOptions`. Says
// `{type:'ready'}` when attached and `{type:'result', …}` at the end of the ring or on 'stop'.
import { countBrokenTicks, formatRingId } from '@tickwire/ipc-ring';
import type { RingAccount } from '../src/index.ts';
import { waitForRing } from '../src/index.ts';
import type { WaitingStrategy } from '../src/index.ts';

export interface ProofReaderOptions {
  readonly dir: string;
  readonly name: string;
  readonly required: boolean;
  readonly waiting: WaitingStrategy;
}

export interface ProofReaderResult {
  readonly type: 'result';
  readonly account: RingAccount;
  readonly ringId: string;
  /** Ticks whose words are not those of their position. */
  readonly broken: number;
  /** Runs that did not follow what was before them: order, loss or duplication not reported. */
  readonly disorder: number;
  readonly gaps: number;
  /** Sum of the gaps as they were reported. */
  readonly gapTicks: number;
  readonly elapsedMs: number;
}

const options = JSON.parse(String(process.argv[2])) as ProofReaderOptions;
const subscription = await waitForRing({
  ...options,
  from: 'oldest',
  register: { label: 'proof', required: options.required },
  timeoutMs: 20_000,
});
const stop = new AbortController();
process.on('message', (message) => {
  if (message === 'stop') stop.abort();
});
process.on('disconnect', () => process.exit(1));
process.send?.({ type: 'ready', info: {} });

let broken = 0;
let disorder = 0;
let gaps = 0;
let gapTicks = 0;
let next = subscription.account().start;
let padded = 0;
let firstAtMs: number | undefined;
const words = new Int32Array(subscription.reader.bytes.buffer);

const runOptions = { waiting: options.waiting, untilClosed: true, signal: stop.signal };
await subscription.run((run) => {
  firstAtMs ??= performance.now();
  const skipped = subscription.reader.padded - padded;
  padded += skipped;
  const { gapCount, gapFirst } = subscription.reader;
  if (gapCount > 0) {
    // PADs that were skipped in the same poll may lie before the gap or behind it.
    if (gapFirst < next || gapFirst > next + skipped) disorder++;
    gaps++;
    gapTicks += gapCount;
  }
  next += gapCount + skipped;
  if (run.count > 0 && run.firstPosition !== next) disorder++;
  broken += countBrokenTicks(words, run.firstPosition, run.count);
  if (run.count > 0) next = run.firstPosition + run.count;
}, runOptions);

const result: ProofReaderResult = {
  type: 'result',
  account: subscription.account(),
  ringId: formatRingId(subscription.header.ringId),
  broken,
  disorder,
  gaps,
  gapTicks,
  elapsedMs: performance.now() - (firstAtMs ?? performance.now()),
};
subscription.close();
process.send?.(result, () => process.disconnect());
