/**
 * A receiver with a small buffer, in a process of its own, stopped by SIGSTOP while a burst comes:
 * after each of 100 bursts, sent = received + dropped by the kernel, and received = handed on.
 * Senders and receiver share nothing but the wire (multicast on loopback).
 *
 *   npm run prove -- udp-drops     seed: TICKWIRE_SEED
 */
import { seededRandom, startProcess, testSeed, waitFor } from '@tickwire/testing';
import { openSender } from '../test/loopback.ts';

const BURSTS = 100;
const PACKETS_MAX = 2_000;
const BUFFER_BYTES = 65_536;
const GROUP = '239.192.83.1';

interface Counts {
  readonly ask: number;
  readonly handedOn: number;
  readonly received: number;
  readonly kernelDropped: number;
}

const isCounts = (message: unknown, ask: number): message is Counts =>
  typeof message === 'object' && message !== null && 'ask' in message && message.ask === ask;

const seed = testSeed();
const random = seededRandom(seed);
const receiver = startProcess({
  script: 'libs/io/udp/test-processes/counting-receiver.ts',
  args: [GROUP, String(BUFFER_BYTES)],
});
const { port } = (await receiver.ready()) as { port: number };
const sender = await openSender();
let [sent, dropped, wrong] = [0, 0, 0];
for (let burst = 0; burst < BURSTS; burst++) {
  const packets = 1 + Math.floor(random() * PACKETS_MAX);
  const isStopped = random() < 0.5;
  if (isStopped) receiver.child.kill('SIGSTOP');
  for (let at = 0; at < packets; at++) {
    const payload = new Uint8Array(20 + Math.floor(random() * 1_400));
    await sender.send({ address: GROUP, port }, payload);
  }
  sent += packets;
  if (isStopped) receiver.child.kill('SIGCONT');
  receiver.child.send(burst);
  const counts = await waitFor(
    () => receiver.messages.find((message) => isCounts(message, burst)) as Counts | undefined,
    { what: `counts after burst ${burst}` },
  );
  dropped = counts.kernelDropped;
  const isRight = counts.received + dropped === sent && counts.received === counts.handedOn;
  if (!isRight) {
    wrong += 1;
    console.log(`WRONG after burst ${burst}: sent ${sent}, ${JSON.stringify(counts)}`);
  }
}
sender.close();
await receiver.stop();
const holds = wrong === 0 && dropped > 0;
console.log(
  `${holds ? 'ok' : 'FAILED'}: seed ${seed}, ${BURSTS} bursts, ${sent} sent, ` +
    `${sent - dropped} received, ${dropped} dropped by the kernel, all counted`,
);
process.exit(holds ? 0 : 1);
