// Makes the package @tickwire/databento ready to be published.
//
//   node_modules/.bin/node tools/databento-package/run.ts [FOLDER]     default: dist/databento
import { join, resolve } from 'node:path';
import { buildPackage } from './build-package.ts';

const [folder = join(import.meta.dirname, '../../dist/databento')] = process.argv.slice(2);
await buildPackage(resolve(folder));
console.log(`${resolve(folder)} is ready: npm publish ${resolve(folder)}`);
