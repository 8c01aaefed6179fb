// A writer that dies inside a publication: claimed, half copied, not published. The argument is the
// path of a ring. It takes the ring's lock like any writer, then kills itself in the copy.
import { RingWriter, fillProofTicks, viewBlockCopy } from '@tickwire/ipc-ring';
import type { BlockCopyFactory } from '@tickwire/ipc-ring';
import { openSharedFile, tryLock } from '@tickwire/ipc-shm';

const BATCH = 32;

const memory = openSharedFile({ path: String(process.argv[2]), access: 'write' });
if (!tryLock(memory.fd)) throw new Error('somebody else writes this ring');
const dieInTheMiddle: BlockCopyFactory = (source, target) => {
  const copy = viewBlockCopy(source, target);
  return (sourceAt, targetAt, byteCount) => {
    copy(sourceAt, targetAt, byteCount / 2 + 8);
    process.kill(process.pid, 'SIGKILL');
  };
};
const writer = new RingWriter(memory.buffer, {
  arch: process.arch,
  wake: () => {},
  pid: process.pid,
  blockCopy: dieInTheMiddle,
});
const words = new Int32Array(BATCH * 16);
fillProofTicks(words, writer.position, BATCH);
writer.publish(new Uint8Array(words.buffer), BATCH);
