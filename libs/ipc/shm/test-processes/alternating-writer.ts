// Stores two numbers in turn into a plain Float64 cell of a mapping, as fast as it can, until the
// other cell says stop. Both halves of the two differ: a mixture of them is a third number.
import { openSharedFile } from '../src/index.ts';

const memory = openSharedFile({ path: String(process.argv[2]), access: 'write' });
const cells = new Float64Array(memory.buffer);
const large = 2 ** 52 - 1;
while (cells[64] === 0) {
  cells[0] = large;
  cells[0] = 1;
}
