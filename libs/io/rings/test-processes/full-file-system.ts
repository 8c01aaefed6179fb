// Run with a small tmpfs of its own at the folder given as argument: takes a ring, fills all that
// is left, then uses the ring. Prints `FullFileSystem` as JSON.
import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TICK_BYTES, TickwireError } from '@tickwire/core';
import { fillProofTicks } from '@tickwire/ipc-ring';
import { createRing, openRing, readersDir } from '../src/index.ts';
import { TickChecker } from '../prove/checked-ticks.ts';

export interface FullFileSystem {
  /** Of a second ring, of a reader that registers. */
  readonly createCode: string;
  readonly registerCode: string;
  readonly verified: number;
  readonly broken: number;
  readonly files: readonly string[];
  readonly readerFiles: readonly string[];
}

const SLOTS = 4_096;
const LAPS = 3;

const dir = join(String(process.argv[2]), 'rings');
const options = { dir, name: 'full.0', vendor: 'test', slotCount: SLOTS, directoryCapacity: 16 };
const ring = createRing(options);
createRing({ ...options, name: 'more.0', slotCount: 8 }).close(); // its folder for readers stays
fill(join(String(process.argv[2]), 'filler'));

const createCode = codeOf(() => createRing({ ...options, name: 'more.0' }));
const registerCode = codeOf(() => openRing({ dir, name: 'full.0', register: { label: 'late' } }));
const subscription = openRing({ dir, name: 'full.0', from: 'oldest' });
const checker = new TickChecker(subscription);
const words = new Int32Array(((SLOTS / 4) * TICK_BYTES) / 4);
for (let quarter = 0; quarter < LAPS * 4; quarter++) {
  // Every page of the ring is stored to: one that the file system had not given would kill this.
  fillProofTicks(words, ring.position, SLOTS / 4);
  ring.publish(new Uint8Array(words.buffer), SLOTS / 4);
  for (let run = subscription.poll(); run !== undefined; run = subscription.poll()) {
    checker.take(run);
  }
}
const result: FullFileSystem = {
  createCode,
  registerCode,
  verified: checker.verified,
  broken: checker.broken + checker.disorder,
  files: readdirSync(dir).sort(),
  readerFiles: readdirSync(readersDir(dir, 'full.0')),
};
subscription.close();
ring.close();
console.log(JSON.stringify(result));

/** Takes page after page until there is none. */
function fill(path: string): void {
  writeFileSync(path, '');
  try {
    for (;;) appendFileSync(path, new Uint8Array(4_096));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'none';
  } catch (error) {
    return error instanceof TickwireError ? error.code : String(error);
  }
}
