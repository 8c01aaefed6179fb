/**
 * Queries a store again and again, in a process of its own, until it is told to stop: what a reader
 * sees while another process writes and merges. Each look must be positions from 0 on, each once.
 *
 *   node query-loop.ts <dataDir>       messages: {looks} after each ▸ 'stop' ▸ {looks, faults}
 */
import { openStore } from '../src/query-store.ts';

const [, , dataDir = ''] = process.argv;
const faults: string[] = [];
let looks = 0;
let stopping = false;
process.on('message', () => {
  stopping = true;
});

const store = await openStore(dataDir);
let rowsBefore = 0;
while (!stopping) {
  const { rows } = await store.query(
    'SELECT count(*), count(DISTINCT position), coalesce(max(position) + 1, 0) FROM raw_ticks',
  );
  const [count = 0, distinct = 0, end = 0] = (rows[0] ?? []).map(Number);
  if (count !== distinct || count !== end || end < rowsBefore) {
    faults.push(`look ${looks}: ${count} rows, ${distinct} positions up to ${end}`);
  }
  rowsBefore = end;
  looks += 1;
  process.send?.({ looks });
}
store.close();
process.send?.({ looks, faults });
process.disconnect();
