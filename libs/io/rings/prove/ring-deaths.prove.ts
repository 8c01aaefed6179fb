// `npm run prove -- ring-deaths`: writers killed at random times, 0 to 50 ms into a run at full
// rate, and replaced: none torn, all accounted for, the death noticed, the ring resumed. Readers
// that die: `ring-reader-deaths`.
//
// Exit code 0 when all of it held. `--kills N` (1,000) changes the length.
import { parseArgs } from 'node:util';
import { proveDeaths } from './deaths/prove-deaths.ts';
import { proveWriterDeaths } from './deaths/writer-deaths.ts';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '1000' } } });
await proveDeaths(Number(values.kills), proveWriterDeaths);
