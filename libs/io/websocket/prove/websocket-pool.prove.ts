/**
 * Holds ten thousand client connections in one process, each with its receive buffer fixed and
 * frames coming in. What must hold: all of them open, none ends, every one of them hears.
 *
 *   npm run prove -- websocket-pool [--connections N] [--seconds N]
 *
 * The server is a process of its own: both together need more descriptors than many hosts allow
 * one process.
 */
import { startProcess, waitFor } from '@tickwire/testing';
import { dialWebSocket } from '../src/index.ts';
import type { DialedWebSocket } from '../src/index.ts';

const DIALS_AT_ONCE = 256;
const FRAMES_EACH = 5;

function option(name: string, fallback: number): number {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? Number(process.argv[at + 1]) : fallback;
}

const wanted = option('connections', 10_000);
const heldMs = option('seconds', 10) * 1_000;
const server = startProcess({ script: 'libs/io/websocket/prove/pool-server.ts' });
const { port } = (await server.ready()) as { port: number };

const rssBefore = process.memoryUsage.rss();
const sockets: DialedWebSocket[] = [];
const frames = new Uint32Array(wanted);
const reasons = new Map<string, number>();
let [dialed, opened, closed, fixed] = [0, 0, 0, 0];

function dialNext(): void {
  if (dialed === wanted) return;
  const number = dialed++;
  sockets[number] = dialWebSocket(`ws://127.0.0.1:${port}`, {
    tuned: ({ mode }) => (fixed += mode === 'fixed' ? 1 : 0),
    open: () => {
      opened += 1;
      dialNext();
    },
    frame: () => {
      frames[number] = (frames[number] ?? 0) + 1;
    },
    close: (reason) => {
      closed += 1;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      dialNext();
    },
  });
}

const startedMs = performance.now();
for (let at = 0; at < DIALS_AT_ONCE; at += 1) dialNext();
await waitFor(() => opened + closed === wanted, { what: 'all dials', deadlineMs: 300_000 });
const openMs = performance.now() - startedMs;
const openAfterDial = opened - closed;
const heldFromMs = performance.now();
await waitFor(
  () => performance.now() - heldFromMs >= heldMs && frames.every((count) => count >= FRAMES_EACH),
  { what: `${FRAMES_EACH} frames for each`, deadlineMs: heldMs + 120_000, everyMs: 100 },
).catch(() => undefined);
const perConnection = (process.memoryUsage.rss() - rssBefore) / wanted / 1024;
const heard = frames.filter((count) => count >= FRAMES_EACH).length;

console.log(`connections wanted      ${wanted}`);
console.log(`open after dialing      ${openAfterDial}, in ${(openMs / 1_000).toFixed(1)} s`);
console.log(`receive buffers fixed   ${fixed}`);
console.log(
  `ended while held        ${closed} in ${((performance.now() - heldFromMs) / 1_000).toFixed(1)} s`,
);
console.log(`heard ${FRAMES_EACH} frames or more  ${heard}`);
console.log(`memory a connection     ${perConnection.toFixed(1)} KiB (resident, this process)`);
for (const [reason, count] of reasons) console.error(`ended: ${reason} (${count})`);
const held = opened === wanted && closed === 0 && heard === wanted;
for (const socket of sockets) socket.terminate();
await server.stop();
if (!held) console.error('failed: not every connection was held');
process.exitCode = held ? 0 : 1;
