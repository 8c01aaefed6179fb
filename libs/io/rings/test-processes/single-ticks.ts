// Ticks go through a ring one by one. After the line `warm` nothing of that may allocate.
import { createRing, openRing } from '../src/index.ts';

const TICKS = 500_000;
const dir = String(process.argv[2]);
const ring = createRing({ dir, name: 'single', vendor: 'test', slotCount: 1_024 });
const reader = openRing({ dir, name: 'single', from: 'oldest' });
const bytes = new Uint8Array(64).fill(0xf8);

function pass(ticks: number): number {
  let taken = 0;
  for (let sent = 0; sent < ticks; sent++) {
    ring.publish(bytes, 1);
    taken += reader.poll()?.count ?? 0;
  }
  return taken;
}

pass(TICKS);
process.stdout.write('\nwarm\n');
if (pass(TICKS) !== TICKS) throw new Error('ticks are missing');
process.stdout.write('\ndone\n');
process.exit(0);
