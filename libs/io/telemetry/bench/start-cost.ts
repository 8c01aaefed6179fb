// Starts the operations of a service and prints what that took: { ms, mib } as JSON.
import { readFileSync } from 'node:fs';
import { COUNTER_FILE_BYTES, CounterTable } from '@tickwire/core';

const otlpUrl = process.argv[2] || undefined;
const stats = new CounterTable(new ArrayBuffer(COUNTER_FILE_BYTES));

function pssMib(): number {
  globalThis.gc?.();
  const match = /^Pss:\s+(\d+) kB/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8'));
  return Number(match?.[1] ?? NaN) / 1024;
}

const before = pssMib();
const startMs = performance.now();
const { startOperations } = await import('../src/index.ts');
const { close } = await startOperations({
  ...{ service: 'bench', host: '127.0.0.1', port: 0, otlpUrl },
  ...{ traceSampleEvery: 1, stats, log: { warn: () => undefined } },
  health: () => ({ phase: 'running', ok: true, reason: '' }),
});
const ms = performance.now() - startMs;
const mib = pssMib() - before;
process.stdout.write(`${JSON.stringify({ ms, mib })}\n`);
await close();
