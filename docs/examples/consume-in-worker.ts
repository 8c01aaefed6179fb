// Volumes counted in a worker thread, which sends one result for each 100 trades:
// `npx node docs/examples/consume-in-worker.ts`, beside `npm start`.
import { createWorkerConsumer } from '@tickwire/io-consumer';
import { defaultRingDir } from '@tickwire/io-rings';

const consumer = createWorkerConsumer({
  dir: process.env.TICKWIRE_RING_DIR ?? defaultRingDir('.tickwire'),
  vendor: 'kucoin',
  module: new URL('./volume-handlers.ts', import.meta.url),
  data: { every: 100 },
  restartsMax: 3,
  untilClosed: true,
  onResult: (volume) => console.log(volume),
  onDeath: ({ error }) => console.error(error),
});
process.once('SIGINT', () => void consumer.stop());
await consumer.run();
console.log(consumer.stats());
