// Makes the reference pages anew: `node_modules/.bin/node tools/reference/run.ts`.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { madePages } from './pages.ts';

const root = resolve(import.meta.dirname, '../..');
for (const { path, text } of await madePages(root)) {
  writeFileSync(join(root, path), text);
  process.stdout.write(`${path}\n`);
}
