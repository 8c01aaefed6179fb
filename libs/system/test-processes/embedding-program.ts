// A program that embeds a system and says its processes' ids: to be killed by a test.
import { startSystem } from '@tickwire/system';

const dataDir = process.argv[2];
if (dataDir === undefined) throw new Error('give a data directory');
const system = await startSystem({ feeds: [{ vendor: 'kucoin', symbols: ['BTC-USDT'] }], dataDir });
process.stdout.write(`running with ${system.getStats().feeds} feed\n`);
