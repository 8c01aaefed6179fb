// Trades as they happen, and where some are missing. The key is in DATABENTO_API_KEY.
//
//   node live-trades.js 20 [tcp://host:port]
import { LiveClient, decimalText } from '@tickwire/databento';

const [wanted = '20', url] = process.argv.slice(2);
const client = new LiveClient({
  dataset: 'GLBX.MDP3',
  ...(url === undefined ? {} : { url }),
  onEvent: ({ kind, detail }) => console.error(kind, detail),
});
client.subscribe({ schema: 'trades', symbols: ['ES.FUT', 'NQ.FUT'], stypeIn: 'parent' });

let trades = 0;
for await (const message of client) {
  if (message.type === 'trade') {
    const { price, size, sequence } = message.record;
    console.log(`${sequence} ${message.symbol} ${size} @ ${decimalText(price)}`);
    trades += 1;
    if (trades === Number(wanted)) break; // which closes the client
  } else if (message.type === 'gap') {
    const what = message.symbol ?? 'everything';
    console.log(`gap ${message.id} of ${what}: ${message.repairedBy ?? message.state}`);
  } else if (message.type === 'state') console.log(`from here on: ${message.state}`);
}
