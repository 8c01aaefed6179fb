// Receives on one line until it is told to stop, and says what it counted. Between two polls its
// event loop turns, so that the message comes; while it is stopped by a signal, nothing does.
import { createHostClock } from '@tickwire/ipc-shm';
import { RecvmmsgSource } from '../src/recvmmsg-source.ts';
import { LOOPBACK, testLine } from '../test/loopback.ts';

const [address = '', receiveBufferBytes = ''] = process.argv.slice(2);
const line = testLine(0, address);
let handedOn = 0;
const source = new RecvmmsgSource({
  lines: [line],
  onPacket: () => void (handedOn += 1),
  clock: createHostClock(),
  interfaceAddress: LOOPBACK,
  receiveBufferBytes: Number(receiveBufferBytes),
});
process.on('message', (message) => {
  while (source.poll(0) > 0);
  source.refresh();
  process.send?.({ type: 'counts', ask: message, handedOn, ...line.tallies.counts });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ type: 'ready', info: { port: source.ports[0] } });
const turn = (): void => {
  source.poll(1_000_000);
  setImmediate(turn);
};
turn();
