// `npm run bench`: the benchmarks, with the machine that the figures belong to.
import { cpus, totalmem } from 'node:os';
import { runScripts } from '../process/run-scripts.ts';

const LIMIT_MS = 15 * 60_000;
const BYTES_PER_GIB = 2 ** 30;

const [cpu] = cpus();
const memoryGib = (totalmem() / BYTES_PER_GIB).toFixed(1);
console.log(`${cpu?.model ?? 'unknown processor'} × ${cpus().length}, ${memoryGib} GiB`);
console.log(`Node ${process.version}, ${process.platform} ${process.arch}`);
process.exitCode = await runScripts(
  { kind: 'bench', limitMs: LIMIT_MS, passed: 'done' },
  process.argv.slice(2),
);
