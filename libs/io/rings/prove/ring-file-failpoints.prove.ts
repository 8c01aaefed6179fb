// `npm run prove -- ring-file-failpoints`: a writer that makes, replaces, closes and removes rings
// killed right behind each store that a stream does not pass, `--kills N` times each (100).
import { proveFailpoints } from './failpoints/prove-failpoints.ts';

await proveFailpoints('files');
