/**
 * A program that embeds a system starts and stops it again and again, and has nothing left of it:
 * no process, handle, mapping, listener, file or folder.
 *
 *   npm run prove -- embed-cycles    TICKWIRE_CYCLES (default 100) is settable
 */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { defaultRingDir } from '@tickwire/io-rings';
import { startSystem } from '../src/index.ts';

const cycles = Number(process.env.TICKWIRE_CYCLES ?? 100);
const WARM_UP = 3;
const TICKS_MIN = 50;
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
/** Temporary folders of this program alone: others may run systems of their own. */
const ownFolder = mkdtempSync(join(tmpdir(), 'embed-cycles-'));
process.env.TMPDIR = ownFolder;
const ringDirs = new Set<string>();

interface Left {
  readonly handles: number;
  readonly descriptors: number;
  readonly ringMappings: number;
  readonly listeners: number;
  readonly children: number;
  readonly folders: number;
  readonly sharedFolders: number;
}

async function cycle(): Promise<number> {
  const system = await startSystem({
    feeds: [{ vendor: 'kucoin', symbols: ['BTC-USDT'], rate: 1_000 }],
    onBatch: () => undefined,
  });
  for (const name of readdirSync(ownFolder)) ringDirs.add(defaultRingDir(join(ownFolder, name)));
  while (system.getStats().totals.delivered < TICKS_MIN) await delay(20);
  await system.stop();
  const { totals } = system.getStats();
  if (totals.published !== totals.delivered) throw new Error(JSON.stringify(totals));
  return totals.delivered;
}

/** After the garbage is gone: mappings are given back by its collector. */
async function whatIsLeft(): Promise<Left> {
  for (let turn = 0; turn < 5; turn++) {
    collectGarbage();
    await delay(50);
  }
  const maps = readFileSync('/proc/self/maps', 'utf8').split('\n');
  const tasks = readdirSync('/proc/self/task');
  return {
    handles: process.getActiveResourcesInfo().length,
    descriptors: readdirSync('/proc/self/fd').length,
    ringMappings: maps.filter((line) => /\.ring|\.stats|tickwire-/.test(line)).length,
    listeners: process
      .eventNames()
      .reduce((sum, name) => sum + process.listenerCount(name as string), 0),
    children: tasks.flatMap((task) => childrenOf(task)).length,
    folders: readdirSync(ownFolder).length,
    sharedFolders: [...ringDirs].filter((dir) => existsSync(dir)).length,
  };
}

function childrenOf(task: string): string[] {
  const text = readFileSync(`/proc/self/task/${task}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ');
}

// The first line opens stdout, which is a handle too.
console.log(`${WARM_UP} cycles to warm up, then ${cycles}`);
for (let at = 0; at < WARM_UP; at++) await cycle();
const before = await whatIsLeft();
const heapBefore = process.memoryUsage().heapUsed;
const startMs = performance.now();
let ticks = 0;
for (let at = 1; at <= cycles; at++) {
  ticks += await cycle();
  if (at % 10 === 0) console.log(`${at} cycles, ${ticks} ticks`);
}
const seconds = (performance.now() - startMs) / 1_000;
const after = await whatIsLeft();
const heapGrowth = process.memoryUsage().heapUsed - heapBefore;
console.log(`before ${JSON.stringify(before)}`);
console.log(`after  ${JSON.stringify(after)}`);
console.log(
  `${cycles} cycles in ${seconds.toFixed(1)} s, ${ticks} ticks, all delivered; heap ` +
    `${(heapGrowth / 1024).toFixed(0)} KiB larger`,
);
const grown = (Object.keys(before) as (keyof Left)[]).filter((key) => after[key] > before[key]);
const isHeapBounded = heapGrowth < 4 * 1024 * 1024;
if (!isHeapBounded) console.log('PROBLEM the heap grew by more than 4 MiB');
if (grown.includes('handles')) console.log(process.getActiveResourcesInfo().join(' '));
for (const key of grown) console.log(`PROBLEM ${key}: ${before[key]} before, ${after[key]} after`);
process.exitCode = grown.length === 0 && isHeapBounded ? 0 : 1;
rmSync(ownFolder, { recursive: true });
if (ringDirs.size < cycles) throw new Error(`only ${ringDirs.size} ring directories were seen`);
