// Makes the recordings in samples/ again: `node tools/samples/make.ts [folder]`.
import { fileURLToPath } from 'node:url';
import { renderSamples } from './render-samples.ts';

const folder = process.argv[2] ?? fileURLToPath(new URL('../../samples', import.meta.url));
renderSamples(folder);
process.stdout.write(`samples made in ${folder}\n`);
