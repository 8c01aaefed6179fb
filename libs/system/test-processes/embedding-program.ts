// A program that embeds a system, in a data directory when one is given: to be killed by a test.
import { startSystem } from '../src/index.ts';

const [dataDir] = process.argv.slice(2);
const place = dataDir === undefined ? {} : { dataDir };
const system = await startSystem({
  feeds: [{ vendor: 'kucoin', symbols: ['BTC-USDT'] }],
  ...place,
});
process.stdout.write(`running with ${system.getStats().feeds} feed\n`);
