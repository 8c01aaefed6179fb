// Adds 1 to a plain Float64 cell of a mapping, as fast as it can, until the other cell says stop.
import { openSharedFile } from '../src/index.ts';

const memory = openSharedFile({ path: String(process.argv[2]), access: 'write' });
const cells = new Float64Array(memory.buffer);
for (let value = 1; cells[64] === 0; value++) cells[0] = value;
