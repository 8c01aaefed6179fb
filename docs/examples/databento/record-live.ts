// Records what comes into a file, without copying or allocating anything for a record.
//
//   node record-live.js out.dbn 5000 [tcp://host:port]
import { DbnFileWriter, LiveClient, SYMBOL_BYTES, TIME_OPEN } from '@tickwire/databento';

const [path = 'out.dbn', wanted = '5000', url] = process.argv.slice(2);
const dataset = 'GLBX.MDP3';
const file = new DbnFileWriter(path, {
  compression: 'none',
  metadata: {
    ...{ version: 3, dataset, schema: 0xffff, start: BigInt(Date.now()) * 1_000_000n },
    ...{ end: TIME_OPEN, limit: 0n, stypeIn: 0xff, stypeOut: 0, tsOut: false },
    ...{ symbolCstrLength: SYMBOL_BYTES, symbols: [], partial: [], notFound: [], mappings: [] },
  },
});
let records = 0;
const client = new LiveClient({
  ...{ dataset, ...(url === undefined ? {} : { url }) },
  onRecord(record) {
    if (records < Number(wanted)) file.write(record);
    records += 1;
    if (records === Number(wanted)) void client.stop();
  },
  onMessage: (message) => console.error(message),
});
client.subscribe({ schema: 'mbp-1', symbols: 'ALL_SYMBOLS' });
client.start();
await client.finished();
await file.close();
console.log(`${file.counts.written} records are in ${path}`);
