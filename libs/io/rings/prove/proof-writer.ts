// A process that publishes self-checking ticks. One JSON argument, see `ProofWriterOptions`.
// Says `{type:'ready', info}` when it holds the ring; stops at `ticks`, or on the message 'stop'.
import { setImmediate as turn } from 'node:timers/promises';
import { fillProofTicks } from '@tickwire/ipc-ring';
import { PublishResult, createRing, formatRingId } from '../src/index.ts';

export interface ProofWriterOptions {
  readonly dir: string;
  readonly name: string;
  readonly mode: 'live' | 'paced';
  readonly slotCount: number;
  /** Ticks of one publication; a list is gone through in turn. */
  readonly batches: readonly number[];
  /** Stops after so many; on the message 'stop' when not given. */
  readonly ticks?: number;
  /** Waits for so many required readers first. */
  readonly readers?: number;
  /** Publications between two turns of the event loop. */
  readonly burst?: number;
}

const TICK_WORDS = 16;

const options = JSON.parse(String(process.argv[2])) as ProofWriterOptions;
const ring = createRing({ ...options, vendor: 'proof', directoryCapacity: 16 });
let stopped = false;
process.on('message', (message) => {
  if (message === 'stop') stopped = true;
});
process.on('disconnect', () => process.exit(1));
const start = ring.position;
process.send?.({
  type: 'ready',
  info: {
    epoch: ring.epoch,
    ringId: formatRingId(ring.ringId),
    padded: ring.paddedAtTakeover,
    start,
  },
});
if (options.readers !== undefined) {
  await ring.waitForReaders({ count: options.readers, timeoutMs: 20_000 });
}

const words = new Int32Array(Math.max(...options.batches) * TICK_WORDS);
const bytes = new Uint8Array(words.buffer);
const end = options.ticks === undefined ? Number.POSITIVE_INFINITY : start + options.ticks;
const burst = options.burst ?? 256;
let publications = 0;
const startedAtMs = performance.now();
while (!stopped && ring.position < end) {
  const batch = options.batches[publications % options.batches.length] ?? 1;
  const count = Math.min(batch, end - ring.position);
  fillProofTicks(words, ring.position, count);
  while (ring.publish(bytes, count) === PublishResult.Full) await ring.waitForRoom();
  if (++publications % burst === 0) await turn();
}
const elapsedMs = performance.now() - startedAtMs;
const published = ring.position - start;
const counters = ring.counters();
ring.close();
process.send?.({ type: 'done', published, elapsedMs, counters }, () => process.disconnect());
