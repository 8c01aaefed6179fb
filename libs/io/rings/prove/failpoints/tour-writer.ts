// A writer that goes through all that a writer does, until a failpoint kills it or it has done it
// all. One JSON argument, see `TourOptions`. Ends with code 0 when nothing killed it.
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import type { NewDirectoryEntry } from '@tickwire/core';
import { RESUME_CAPACITY_DEFAULT, fillProofTicks } from '@tickwire/ipc-ring';
import { createRing, removeRing, sequenceMark } from '../../src/index.ts';
import type { CreateRingOptions, RingProducer } from '../../src/index.ts';
import { announcement } from '../checked-ticks.ts';

export interface TourOptions {
  readonly dir: string;
  readonly name: string;
  /** `stream`: one ring that every writer goes on in. `files`: made, replaced and removed. */
  readonly tour: 'stream' | 'files';
  readonly slotCount: number;
  readonly directoryCapacity: number;
}

const TICK_WORDS = 16;
/** Word copies, block copies, and more than a quarter of a ring, which is split. */
const BATCHES = [1, 2, 4, 5, 3, 16, 300, 1, 700];
const STREAM_ROUNDS = 120;
const FILES_ROUNDS = 12;
/** Three more heartbeats. */
const BEATS_MS = 170;

const options = JSON.parse(String(process.argv[2])) as TourOptions;
const words = new Int32Array(Math.max(...BATCHES) * TICK_WORDS);
const bytes = new Uint8Array(words.buffer);

function create(changed: Partial<CreateRingOptions> = {}): RingProducer {
  return createRing({ ...options, vendor: 'proof', takeoverTick: announcement, ...changed });
}

async function publish(ring: RingProducer, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const count = BATCHES[round % BATCHES.length] ?? 1;
    // A live ring stores a large batch in pieces, but the positions are known before.
    const allowed = options.tour === 'files' ? Math.min(count, ring.batchTicksMax) : count;
    fillProofTicks(words, ring.position, allowed);
    ring.publish(bytes, allowed);
    if (round % 8 === 3) append(ring);
    if (round % 8 === 5) {
      // All over the page, so that any part of it that is not stored shows.
      ring.saveResume((round * 37) % RESUME_CAPACITY_DEFAULT, sequenceMark(ring.position));
      ring.flushResume();
    }
    if (round % 10 === 9) await turn(); // the bell
  }
  await turn();
}

function append(ring: RingProducer): void {
  const own = ring.directory.get(0) as NewDirectoryEntry;
  ring.append({ ...own, symbol: `symbol.${ring.directory.count}` });
}

/** What the writers before saved must be whole, and not ahead of what they published. */
function checkResumed(ring: RingProducer): void {
  const { resumed, position } = ring;
  if (position < options.slotCount) return; // they died before they saved anything
  const saved = resumed?.marks.filter((mark) => mark !== undefined) ?? [];
  const isWhole =
    resumed !== undefined &&
    resumed.position <= position &&
    saved.length > 0 &&
    saved.every(({ sequence }) => sequence <= resumed.position);
  if (!isWhole) throw new Error(`at ${position} this is resumed: ${JSON.stringify(resumed)}`);
}

async function stream(): Promise<void> {
  const ring = create();
  checkResumed(ring);
  await publish(ring, STREAM_ROUNDS);
  await delay(BEATS_MS);
  ring.abandon();
}

async function files(): Promise<void> {
  const first = create();
  await publish(first, FILES_ROUNDS);
  first.abandon();
  const other = create({ slotCount: options.slotCount * 2 }); // marks the first REPLACED
  await publish(other, FILES_ROUNDS);
  other.close();
  const next = create(); // over a closed one
  await publish(next, FILES_ROUNDS);
  next.close();
  removeRing(options.dir, options.name);
  const fresh = create(); // where there is none
  await publish(fresh, FILES_ROUNDS);
  fresh.abandon();
  const paced = create({ mode: 'paced' });
  await publish(paced, FILES_ROUNDS);
  paced.close();
}

await (options.tour === 'stream' ? stream() : files());
