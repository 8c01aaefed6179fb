// `npm run prove`: the long proofs, which are too slow for `npm test`.
import { runScripts } from '../process/run-scripts.ts';

const LIMIT_MS = 15 * 60_000;

process.exitCode = await runScripts(
  { kind: 'prove', limitMs: LIMIT_MS, passed: 'passed' },
  process.argv.slice(2),
);
