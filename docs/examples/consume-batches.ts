// A sink that is slower than the market: `npx node docs/examples/consume-batches.ts`. What waits is
// conflated when the queue is full; the last quote of each instrument always arrives.
import { setTimeout as storing } from 'node:timers/promises';
import { createConsumer } from '@tickwire/io-consumer';
import { defaultRingDir } from '@tickwire/io-rings';

const consumer = createConsumer({
  dir: process.env.TICKWIRE_RING_DIR ?? defaultRingDir('.tickwire'),
  vendor: 'kucoin',
  policy: 'conflate',
  queueTicks: 32_768,
  batchTicks: 4_096,
  untilClosed: true,
  handlers: {
    pressure: ({ ring, isHigh }) => console.error(`${ring}: ${isHigh ? 'nearly full' : 'normal'}`),
  },
});
process.once('SIGINT', () => void consumer.stop());
for await (const batch of consumer.batches()) {
  for (const gap of batch.gaps) console.error(`${gap.count} ticks missing: ${gap.cause}`);
  await storing(2); // stands for a database
  console.log(
    `stored ${batch.count} ticks of ${batch.ring} up to ${batch.positions.at(batch.count - 1)}`,
  );
}
console.log(consumer.stats());
