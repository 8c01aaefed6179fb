// Holds the lock of a file until it is killed; `{type:'ready'}` says that it has it.
import { openSharedFile, tryLock } from '../src/index.ts';

const memory = openSharedFile({ path: String(process.argv[2]), access: 'write' });
process.send?.({ type: 'ready', info: { locked: tryLock(memory.fd) } });
setInterval(() => memory.fd, 1_000);
