/**
 * The embedded broker against hostile streams: a million mutated sessions, cut at random, beside
 * two good clients. Nothing is thrown, memory stays bounded, and every message between the good
 * clients arrives.
 *
 *   npm run prove -- broker-fuzz      TICKWIRE_SEED and TICKWIRE_ROUNDS (default 1e6) are settable
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { seededRandom, testSeed } from '@tickwire/testing';
import { BrokerExchange } from '../src/broker-session.ts';
import type { BrokerSession } from '../src/broker-session.ts';

const seed = testSeed();
const rounds = Number(process.env.TICKWIRE_ROUNDS ?? 1_000_000);
const random = seededRandom(seed);
const pick = (below: number): number => Math.floor(random() * below);
const GROWTH_BYTES_MAX = 16 * 1_048_576;

const CORPUS = [
  'CONNECT {"verbose":false,"headers":true,"no_responders":true}\r\nPING\r\n',
  'SUB a.* 1\r\nSUB b.> q 22\r\nUNSUB 1 5\r\nPUB a.b 5\r\nhello\r\n',
  'HPUB a.c r.x 12 17\r\nNATS/1.0\r\n\r\n\r\n\n\rx\r\nUNSUB 22\r\nPONG\r\n',
  'CONNECT {"verbose":true}\r\nSUB > 9\r\nPUB nobody.here reply 0\r\n\r\n',
].map((text) => Buffer.from(text));

console.log(`broker-fuzz: TICKWIRE_SEED=${seed}, ${rounds} sessions`);
const limits = { controlLineBytesMax: 512, payloadBytesMax: 4_096, subscriptionsMax: 64 };
const exchange = new BrokerExchange(limits);
let received = 0;
const silent = { write: () => true, end: () => undefined };
const good = exchange.open({
  write: (bytes) => {
    if (Buffer.from(bytes).includes('MSG good.x')) received += 1;
    return true;
  },
  end: () => {
    throw new Error('the good client was cut');
  },
});
good.feed(Buffer.from('CONNECT {"verbose":false}\r\nSUB good.x 1\r\n'));
const sender = exchange.open(silent);
sender.feed(Buffer.from('CONNECT {"verbose":false}\r\n'));
const message = Buffer.from('PUB good.x 2\r\nhi\r\n');

let sent = 0;
let slowestMs = 0;
let heldBefore = 0;
const hostile: BrokerSession[] = [];
for (let round = 0; round < rounds; round++) {
  // The first tenth lets the heap find its size.
  if (round === Math.floor(rounds / 10)) heldBefore = heldBytes();
  const from = performance.now();
  attack();
  if (round % 100 === 0) {
    sender.feed(message);
    sent += 1;
  }
  slowestMs = Math.max(slowestMs, performance.now() - from);
}
for (const session of hostile) session.close();
const growth = heldBytes() - heldBefore;
const { counts } = exchange;
console.log(`${counts.violations} violations, ${counts.messagesIn} messages in`);
console.log(`good messages: ${received} of ${sent}; slowest step ${slowestMs.toFixed(1)} ms`);
console.log(`left: ${counts.clients} clients, ${counts.subscriptions} subscriptions`);
console.log(`memory held grew by ${(growth / 1_048_576).toFixed(1)} MiB`);
const clean = counts.clients === 2 && counts.subscriptions === 1 && exchange.router.count === 1;
// Hostile clients may publish to good.x too: never fewer than were sent.
const held = received >= sent && clean && growth < GROWTH_BYTES_MAX && counts.violations > 0;
console.log(held ? 'held' : 'FAILED');
process.exit(held ? 0 : 1);

/** What is really held: the size of the process depends on when the collector last ran. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** One more hostile client; sixteen of them stay connected at a time. */
function attack(): void {
  const session = exchange.open(silent);
  hostile.push(session);
  const base = CORPUS[pick(CORPUS.length)] ?? Buffer.alloc(0);
  const bytes = Uint8Array.from(base);
  for (let changes = pick(5); changes > 0; changes--) {
    const at = pick(bytes.length);
    if (random() < 0.6) bytes[at] = pick(256);
    else bytes.copyWithin(at, pick(bytes.length), pick(bytes.length));
  }
  for (let at = 0; at < bytes.length;) {
    const length = 1 + pick(40);
    session.feed(bytes.subarray(at, at + length));
    at += length;
  }
  if (hostile.length > 16) hostile.shift()?.close();
}
