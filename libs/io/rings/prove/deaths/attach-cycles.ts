// Attaches to a ring and leaves it, again and again, in one process; run with --expose-gc. One JSON
// argument, see `CyclesOptions`. Prints `CyclesResult` as JSON.
import { readFileSync, readdirSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { openRing, readersDir } from '../../src/index.ts';
import { TickChecker } from '../checked-ticks.ts';

export interface CyclesOptions {
  readonly dir: string;
  readonly name: string;
  readonly cycles: number;
}

export interface CyclesResult {
  readonly verified: number;
  readonly broken: number;
  readonly disorder: number;
  /** Of this process, before and after. */
  readonly descriptors: readonly [before: number, after: number];
  readonly readerFiles: readonly [before: number, after: number];
  /** Mappings of the ring that are left when all was collected. */
  readonly mappings: number;
}

/** Mappings are given back by the collector: let it, before they are too many. */
const CYCLES_PER_COLLECTION = 500;

const { dir, name, cycles } = JSON.parse(String(process.argv[2])) as CyclesOptions;
const descriptors = (): number => readdirSync('/proc/self/fd').length;
const readerFiles = (): number => readdirSync(readersDir(dir, name)).length;
const before = { descriptors: descriptors(), files: readerFiles() };
let verified = 0;
let broken = 0;
let disorder = 0;

function attachOnce(cycle: number): void {
  const from = cycle % 2 === 0 ? 'oldest' : 'latest';
  const register = { label: `cycle ${cycle}` };
  const subscription = openRing({ dir, name, from, ...(cycle % 4 === 3 ? {} : { register }) });
  const checker = new TickChecker(subscription);
  for (let runs = 0; runs < 4; runs++) {
    const run = subscription.poll();
    if (run !== undefined) checker.take(run);
  }
  subscription.close();
  verified += checker.verified;
  broken += checker.broken;
  disorder += checker.disorder;
}

async function collect(): Promise<void> {
  for (let round = 0; round < 4; round++) {
    globalThis.gc?.();
    await turn();
  }
}

for (let cycle = 0; cycle < cycles; cycle++) {
  attachOnce(cycle);
  if (cycle % CYCLES_PER_COLLECTION === 0) await collect();
}
await collect();
const result: CyclesResult = {
  verified,
  broken,
  disorder,
  descriptors: [before.descriptors, descriptors()],
  readerFiles: [before.files, readerFiles()],
  mappings: readFileSync('/proc/self/maps', 'utf8').split(`${name}.ring`).length - 1,
};
console.log(JSON.stringify(result));
