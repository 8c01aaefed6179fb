// `npm run prove -- ring-failpoints`: a writer killed right behind each store of publishing and of
// taking over, `--kills N` times each (100). What it writes beside the ticks, and files:
// `ring-state-failpoints`, `ring-file-failpoints`.
import { proveFailpoints } from './failpoints/prove-failpoints.ts';

await proveFailpoints('publish');
