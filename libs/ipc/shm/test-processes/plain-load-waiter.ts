// Waits on plain loads of a cell that another process changes. An engine that hoists the load out
// of a loop, or merges two loads into one, never lets this end.
import { openSharedFile } from '../src/index.ts';

const ROUNDS = 200;
const ARITHMETIC_STEPS = 1_000;

const memory = openSharedFile({ path: String(process.argv[2]), access: 'write' });
const cells = new Float64Array(memory.buffer);

/** Ends when the loop sees a store of the other process: no hoisting. */
function waitUntilBeyond(value: number): number {
  while ((cells[0] as number) <= value) {
    // nothing: the load is all there is
  }
  return cells[0] as number;
}

/**
 * Ends when two loads with nothing but arithmetic between them differ: no merging. The arithmetic
 * takes nearly all of the time, so that this ends soon even where both processes share a core.
 */
function waitUntilTwoLoadsDiffer(): number {
  for (let mixed = 1; ;) {
    const first = cells[0] as number;
    for (let step = 0; step < ARITHMETIC_STEPS; step++) mixed = Math.imul(mixed, 1_664_525) + 1;
    const second = cells[0] as number;
    if (first !== second) return mixed;
  }
}

// Many rounds, so that the optimising compiler has had both functions.
let mixed = 0;
for (let round = 0; round < ROUNDS; round++) {
  waitUntilBeyond(cells[0] as number);
  mixed ^= waitUntilTwoLoadsDiffer();
}
cells[64] = 1;
console.log(`saw ${ROUNDS} rounds (${mixed})`);
