// Trades and quotes of two symbols: `npx node docs/examples/consume.ts`, beside `npm start`.
import { createConsumer } from '@tickwire/io-consumer';
import { defaultRingDir } from '@tickwire/io-rings';

const consumer = createConsumer({
  dir: process.env.TICKWIRE_RING_DIR ?? defaultRingDir('.tickwire'),
  vendor: 'kucoin',
  symbols: ['BTC-USDT', 'ETH-USDT'],
  untilClosed: true,
  handlers: {
    trade: (tick, { entry }) => console.log(`${entry?.symbol} traded ${tick.size} @ ${tick.price}`),
    quote: (tick, { entry }) => console.log(`${entry?.symbol} ${tick.bidPrice} / ${tick.askPrice}`),
    gap: (gap) => console.error(`${gap.count} ticks of ${gap.ring} are missing: ${gap.cause}`),
  },
});
process.once('SIGINT', () => void consumer.stop());
await consumer.run();
console.log(consumer.stats());
