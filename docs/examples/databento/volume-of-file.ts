// How much was traded of each instrument in a file of DBN.
//
//   node volume-of-file.js trades.dbn.zst
import { recordsOf } from '@tickwire/databento';

const [path = 'trades.dbn.zst'] = process.argv.slice(2);
const volumes = new Map<string, number>();
for await (const { type, symbol = '?', record } of recordsOf(path)) {
  if (type !== 'trade') continue;
  volumes.set(symbol, (volumes.get(symbol) ?? 0) + (record.size ?? 0));
}
for (const [symbol, volume] of volumes) console.log(`${symbol} ${volume}`);
