// A system inside your own program, for five seconds: `npx node docs/examples/embed.ts`.
import { startSystem } from '@tickwire/system';

const system = await startSystem({
  feeds: [{ vendor: 'kucoin', symbols: ['BTC-USDT', 'ETH-USDT'] }],
  onBatch: (batch) => console.log(`${batch.count} ticks from ${batch.ring}`),
  onBar: (bar) => console.log(`${bar.symbol} closed at ${bar.close}, ${bar.trades} trades`),
});
await new Promise((resolve) => setTimeout(resolve, 5_000));
console.log(system.getStats());
await system.stop();
