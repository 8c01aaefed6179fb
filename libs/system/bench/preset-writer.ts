// Publishes prepared ticks into a ring of a preset. One JSON argument, see `PresetSideOptions`.
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TICK_BYTES } from '@tickwire/core';
import { PublishResult, createRing } from '@tickwire/io-rings';
import { createMonotonicClock } from '@tickwire/ipc-shm';
import { FRAME_TICKS, PREPARED_TICKS, prepareTicks, printFigures } from './preset-side.ts';
import type { PresetSideOptions } from './preset-side.ts';

const TWO_32 = 2 ** 32;
/** Published ticks between two turns of the event loop. */
const TICKS_PER_TURN = 65_536;
const READY_POLL_MS = 5;

const options = JSON.parse(String(process.argv[2])) as PresetSideOptions;
const { dir, name, slots: slotCount, directoryEntries: directoryCapacity, warmupTicks } = options;
const mode = options.mode === 'throughput' ? 'paced' : 'live';
const prepared = Buffer.from(prepareTicks().buffer);
const frame = Buffer.alloc(FRAME_TICKS * TICK_BYTES);
const nowNs = createMonotonicClock();
const ring = createRing({ dir, name, vendor: 'bench', mode, slotCount, directoryCapacity });
while (!existsSync(join(dir, 'ready'))) await delay(READY_POLL_MS);
// A paced ring waits for whom it has seen.
if (mode === 'paced') await ring.waitForReaders({ count: 1, timeoutMs: 30_000 });

/** Whether the ring was full before `end`. A function of its own, without a wait in its loop. */
function publishSome(end: number): boolean {
  for (let position = ring.position; position < end; position += FRAME_TICKS) {
    const from = (position % PREPARED_TICKS) * TICK_BYTES;
    prepared.copy(frame, 0, from, from + frame.length);
    if (ring.publish(frame, FRAME_TICKS) === PublishResult.Full) return true;
  }
  return false;
}

async function publishUntil(end: number): Promise<void> {
  while (ring.position < end) {
    const full = publishSome(Math.min(end, ring.position + TICKS_PER_TURN));
    await (full ? ring.waitForRoom() : turn());
  }
}

/** Open loop: each tick carries the time it is due in `tsRecv`, and counts from that time. */
async function offer(ticks: number): Promise<void> {
  const tick = Buffer.alloc(TICK_BYTES);
  const startNs = nowNs();
  for (let index = 0; index < ticks; index++) {
    const dueNs = startNs + Math.round((index * 1e9) / options.rate);
    const from = (index % PREPARED_TICKS) * TICK_BYTES;
    prepared.copy(tick, 0, from, from + TICK_BYTES);
    tick.writeUInt32LE(dueNs % TWO_32, 8);
    tick.writeUInt32LE(Math.floor(dueNs / TWO_32), 12);
    while (nowNs() < dueNs);
    ring.publish(tick, 1);
    await turn();
  }
}

if (options.mode === 'throughput') await publishUntil(warmupTicks);
const startedNs = nowNs();
const end = warmupTicks + options.ticks;
await (options.mode === 'throughput' ? publishUntil(end) : offer(end));
ring.close();
printFigures({ startedNs });
