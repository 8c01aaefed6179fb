// `npm run prove -- ring-state-failpoints`: a writer of a stream killed right behind each store of
// what it writes beside the ticks (directory, marks to resume from, clock anchor, lock), each as
// often as `--kills N` says (100).
import { proveFailpoints } from './failpoints/prove-failpoints.ts';

await proveFailpoints('state');
