// `npm run bench -- ring-steps`: what a publication and a poll take by themselves, in ns a tick,
// in one process and so without the way between two cores. Beside them the floors: a block copy
// with views that are there already, and one with views made for it.
//
// The rounds are short and many: the fastest tenth is what the code costs, the median what the
// machine made of it.
import { RingReader, RingWriter, formatRing, planRing } from '@tickwire/ipc-ring';
import { RingMode } from '@tickwire/ipc-ring';
import { bufferBlockCopy } from '../src/buffer-copy.ts';

const TICK_BYTES = 64;
const SLOTS = 65_536;
const ROUND_TICKS = 1_024;
const ROUNDS = 4_000;
const COUNTS = [1, 2, 4, 8, 16, 64, 256];

const geometry = { slotCount: SLOTS, directoryCapacity: 16 };
const ring = new ArrayBuffer(planRing(geometry).totalBytes);
formatRing(ring, {
  ...geometry,
  ringId: { hi: 1, lo: 2 },
  name: 'steps',
  vendor: 'bench',
  mode: RingMode.Live,
  createdAtMs: Date.now(),
});
const { arch } = process;
const writer = new RingWriter(ring, { arch, wake: () => {}, pid: process.pid });
const reader = new RingReader(ring, { arch, from: 'oldest', blockCopy: bufferBlockCopy });
const source = new Uint8Array(256 * TICK_BYTES).fill(7);
const target = new Uint8Array(SLOTS * TICK_BYTES);
let slot = 0;

const steps: Record<string, (count: number) => void> = {
  publish: (count) => {
    for (let ticks = 0; ticks < ROUND_TICKS; ticks += count) writer.publish(source, count);
  },
  // Takes what the step before has published.
  poll: (count) => {
    for (let ticks = 0; ticks < ROUND_TICKS;) ticks += reader.poll(count);
  },
  'floor: copy, views kept': (count) => {
    const view = source.subarray(0, count * TICK_BYTES);
    for (let ticks = 0; ticks < ROUND_TICKS; ticks += count) {
      target.set(view, nextSlot(count) * TICK_BYTES);
    }
  },
  'floor: copy, views made': (count) => {
    for (let ticks = 0; ticks < ROUND_TICKS; ticks += count) {
      target.set(source.subarray(0, count * TICK_BYTES), nextSlot(count) * TICK_BYTES);
    }
  },
};

function nextSlot(count: number): number {
  slot = slot + count <= SLOTS - 256 ? slot + count : 0;
  return slot;
}

function timed(step: (count: number) => void, count: number): number {
  const began = process.hrtime.bigint();
  step(count);
  return Number(process.hrtime.bigint() - began) / ROUND_TICKS;
}

function shown(rounds: number[]): string {
  rounds.sort((a, b) => a - b);
  const [fast = 0, median = 0] = [rounds[Math.floor(ROUNDS / 10)], rounds[ROUNDS >> 1]];
  return `${fast.toFixed(1)} (${median.toFixed(1)})`.padStart(15);
}

console.log(`ns a tick, the fastest tenth (median) of ${ROUNDS} rounds, by ticks a call`);
console.log(''.padEnd(26) + COUNTS.map((count) => String(count).padStart(15)).join(''));
const table = new Map(Object.keys(steps).map((name) => [name, [] as string[]]));
for (const count of COUNTS) {
  const rounds = new Map(Object.keys(steps).map((name) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, step] of Object.entries(steps)) rounds.get(name)?.push(timed(step, count));
  }
  for (const [name, each] of rounds) table.get(name)?.push(shown(each));
}
for (const [name, cells] of table) console.log(name.padEnd(26) + cells.join(''));
const { delivered, lost, inFlight } = reader.account();
if (lost > 0 || inFlight > 0) throw new Error(`${lost} lost, ${inFlight} left`);
console.log(`${delivered} ticks published and delivered, none lost`);
