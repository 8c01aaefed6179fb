// Makes what follows from the layouts of DBN anew:
// `node_modules/.bin/node tools/dbn-records/run.ts`.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { madeFiles } from './made-files.ts';

const root = resolve(import.meta.dirname, '../..');
for (const { path, text } of await madeFiles(root)) {
  writeFileSync(join(root, path), text);
  process.stdout.write(`${path}\n`);
}
