/** The other end of the pool: sends every connection a frame each period, and counts them. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

const PERIOD_MS = 1_000;
const SLICES = 20;
const BACKLOG = 4_096;
const FRAME = JSON.stringify({ topic: '/market/ticker:BTC-USDT', filler: 'x'.repeat(500) });

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', backlog: BACKLOG });
let slice = 0;
// A slice of the connections at a time: the frames of a feed do not come all at once.
setInterval(() => {
  let at = 0;
  for (const socket of server.clients) {
    if (at++ % SLICES === slice) socket.send(FRAME);
  }
  slice = (slice + 1) % SLICES;
}, PERIOD_MS / SLICES);
server.on('listening', () => {
  process.send?.({ type: 'ready', info: { port: (server.address() as AddressInfo).port } });
});
process.on('SIGTERM', () => process.exit(0));
