// Maps and drops a large file many times: run with --expose-gc. Prints how often it stays mapped.
import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { openSharedFile } from '../src/index.ts';

const ROUNDS = 50;
const path = String(process.argv[2]);
const mappings = (): number => readFileSync('/proc/self/maps', 'utf8').split(path).length - 1;

for (let round = 0; round < ROUNDS; round++) {
  const memory = openSharedFile({ path, access: 'read' });
  if (new Uint8Array(memory.buffer)[0] !== 7) throw new Error('another file');
  memory.close();
}
const kept = openSharedFile({ path, access: 'read' });
const view = new Uint8Array(kept.buffer);
const before = mappings();
for (let round = 0; round < 10; round++) {
  globalThis.gc?.();
  await turn();
}
console.log(JSON.stringify({ before, after: mappings(), stillReadable: view[0] === 7 }));
