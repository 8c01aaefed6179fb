// A reader that behaves as a writer: takes the ring over through its read-only mapping. It must die
// of its first store. The argument is the path of a ring.
import { RingWriter } from '@tickwire/ipc-ring';
import { openSharedFile } from '@tickwire/ipc-shm';

const memory = openSharedFile({ path: String(process.argv[2]), access: 'read' });
console.log('mapped');
const writer = new RingWriter(memory.buffer, { arch: process.arch, wake: () => {}, pid: 1 });
console.log(`took over, epoch ${writer.epoch}`);
