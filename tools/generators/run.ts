// `npm run generate -- vendor NAME`: as `npx nx g ./tools/generators:vendor NAME`, on a checkout
// that may not be set up yet.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const [generator, ...args] = process.argv.slice(2);
if (generator === undefined || generator.startsWith('-')) {
  process.stderr.write('Give a generator and a name: npm run generate -- vendor acme\n');
  process.exit(2);
}
const nx = join(root, 'node_modules/.bin/nx');
const child = spawn(process.execPath, [nx, 'g', `./tools/generators:${generator}`, ...args], {
  ...{ cwd: root, stdio: 'inherit' },
  env: { ...process.env, NX_DAEMON: 'false' },
});
const [code] = await once(child, 'close');
process.exitCode = typeof code === 'number' ? code : 1;
