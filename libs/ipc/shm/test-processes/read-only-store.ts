// Stores into a read-only mapping: must die of it, and must not come to the last line.
import { openSharedFile } from '../src/index.ts';

const memory = openSharedFile({ path: String(process.argv[2]), access: 'read' });
const bytes = new Uint8Array(memory.buffer);
console.log(`read ${bytes[0]}`);
bytes[0] = 99;
console.log('stored');
