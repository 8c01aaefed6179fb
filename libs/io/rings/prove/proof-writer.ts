// A process that publishes self-checking ticks. One JSON argument, see `ProofWriterOptions`.
// Says `{type:'ready', info}` when it holds the ring; stops at `ticks`, or on the message 'stop';
// answers 'where' with `WriterWhereabouts`.
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { RingError, fillProofTicks } from '@tickwire/ipc-ring';
import { PublishResult, createRing, formatRingId } from '../src/index.ts';

export interface ProofWriterOptions {
  readonly dir: string;
  readonly name: string;
  readonly mode: 'live' | 'paced';
  readonly slotCount: number;
  /** Ticks of one publication; a list is gone through in turn. */
  readonly batches: readonly number[];
  /** Of a new ring; 0 by default. */
  readonly firstPosition?: number;
  /** Stops after so many; on the message 'stop', or at the last position, when not given. */
  readonly ticks?: number;
  /** Waits for so many required readers first. */
  readonly readers?: number;
  /** Publishes nothing before the message 'go'. */
  readonly hold?: boolean;
  /** Publications between two turns of the event loop. */
  readonly burst?: number;
}

export interface WriterWhereabouts {
  readonly type: 'where';
  readonly position: number;
  /** Processor time of the whole process so far. */
  readonly cpuMs: number;
}

const TICK_WORDS = 16;

const options = JSON.parse(String(process.argv[2])) as ProofWriterOptions;
const ring = createRing({ ...options, vendor: 'proof', directoryCapacity: 16 });
let stopped = false;
let held = options.hold === true;
process.on('message', (message) => {
  if (message === 'stop') stopped = true;
  if (message === 'go') held = false;
  if (message === 'where') process.send?.(whereabouts());
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

while (held) await delay(1);

const words = new Int32Array(Math.max(...options.batches) * TICK_WORDS);
const bytes = new Uint8Array(words.buffer);
const end = options.ticks === undefined ? Number.POSITIVE_INFINITY : start + options.ticks;
const burst = options.burst ?? 256;
let publications = 0;
let exhausted = false;
const startedAtMs = performance.now();
while (!stopped && ring.position < end) {
  const batch = options.batches[publications % options.batches.length] ?? 1;
  const count = Math.min(batch, end - ring.position, Number.MAX_SAFE_INTEGER - ring.position);
  if (count === 0) {
    exhausted = isExhausted();
    break;
  }
  fillProofTicks(words, ring.position, count);
  while (ring.publish(bytes, count) === PublishResult.Full) await ring.waitForRoom();
  if (++publications % burst === 0) await turn();
}
const elapsedMs = performance.now() - startedAtMs;
const published = ring.position - start;
const counters = ring.counters();
ring.close();
process.send?.({ type: 'done', published, elapsedMs, counters, exhausted }, () =>
  process.disconnect(),
);

function whereabouts(): WriterWhereabouts {
  const { user, system } = process.cpuUsage();
  return { type: 'where', position: ring.position, cpuMs: (user + system) / 1_000 };
}

/** There are no positions left: a publication must be refused, by its code. */
function isExhausted(): boolean {
  try {
    ring.publish(bytes, 1);
    return false;
  } catch (error) {
    return error instanceof RingError && error.code === 'POSITION_EXHAUSTED';
  }
}
