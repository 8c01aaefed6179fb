// Loads a plain Float64 cell that another process stores 2^52 − 1 and 1 into, counts what is
// neither, and how often it saw a change.
import { openSharedFile } from '../src/index.ts';

const LOADS = 30_000_000;
const CHANGES_MIN = 1_000;

const memory = openSharedFile({ path: String(process.argv[2]), access: 'write' });
const cells = new Float64Array(memory.buffer);
const seen = { torn: 0, changes: 0 };

function look(loads: number): void {
  let last = 1;
  for (let load = 0; load < loads; load++) {
    const value = cells[0] as number;
    if (value !== 2 ** 52 - 1 && value !== 1) seen.torn++;
    if (value !== last) seen.changes++;
    last = value;
  }
}

while (cells[0] === 0);
// Where both processes share a core, few changes are seen in many loads: look on until there are.
do look(LOADS);
while (seen.changes < CHANGES_MIN);
cells[64] = 1;
console.log(`torn ${seen.torn}`);
