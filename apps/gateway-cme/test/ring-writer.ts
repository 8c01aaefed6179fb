// Writes packets of the given sizes into a ring of packets; waits for room by asking again.
import { workerData } from 'node:worker_threads';
import { PacketRingWriter } from '../src/worker/packet-ring.ts';

const { memory, sizes } = workerData as { memory: SharedArrayBuffer; sizes: readonly number[] };
const writer = new PacketRingWriter(memory);
const recvWall = { hi: 0, lo: 0 };
sizes.forEach((size, id) => {
  const packet = new Uint8Array(size).fill(id % 251);
  const record = { kind: 0, leg: 0, channel: 0, id, recvNs: id, recvWall } as const;
  while (!writer.offer(record, packet));
});
