// `npm run prove -- ring-deaths`: processes killed at random times, 0 to 50 ms into a run.
//
//   writers   killed at full rate and replaced: none torn, all accounted for, noticed, resumed
//   readers   registered ones killed in the middle of a run: the writer does not notice
//   required  readers that a paced writer waits for: given up, counted, their files removed
//   cycles    readers that attach and leave in one process: nothing is left open
//
// Exit code 0 when all of it held. `--kills N` (1,000 of each) and `--cycles N` change the length.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sharedMemoryRoot } from '@tickwire/ipc-shm';
import { runToEnd, seededRandom, testSeed } from '@tickwire/testing';
import { listRings, removeRing } from '../src/index.ts';
import type { CyclesOptions, CyclesResult } from './deaths/attach-cycles.ts';
import { proveReaderDeaths, proveRequiredDeaths } from './deaths/reader-deaths.ts';
import { Verdict } from './deaths/verdict.ts';
import { proveWriterDeaths } from './deaths/writer-deaths.ts';
import { startWriter } from './proof-processes.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    cycles: { type: 'string', default: '10000' },
  },
});
const kills = Number(values.kills);
const seed = testSeed();
const random = seededRandom(seed);
const verdict = new Verdict();

const root = sharedMemoryRoot();
if (!root.usable) throw new Error(root.reason);
const folder = mkdtempSync(join(root.path, 'tickwire-prove-'));
const dir = join(folder, 'rings');
mkdirSync(dir, { mode: 0o700 });
console.log(`TICKWIRE_SEED=${seed}`);
try {
  await proveWriterDeaths({ dir, kills, random }, verdict);
  await proveReaderDeaths({ dir, kills, random }, verdict);
  await proveRequiredDeaths(dir, verdict);
  await proveCycles({ dir, name: 'cycles.0', cycles: Number(values.cycles) });
  for (const name of listRings(dir)) removeRing(dir, name);
  const leaked = [...readdirSync(dir), ...readdirSync(folder).filter((name) => name !== 'rings')];
  verdict.check(leaked.length === 0, `leaked files: ${leaked.length} ${leaked.join(' ')}`);
  process.exitCode = verdict.failures === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function proveCycles(options: CyclesOptions): Promise<void> {
  const writing = { dir, name: options.name, mode: 'live', slotCount: 4_096 } as const;
  const writer = startWriter({ ...writing, batches: [16, 1, 300], burst: 8 });
  await writer.ready();
  const { code, stdout, stderr } = await runToEnd({
    script: join(import.meta.dirname, 'deaths/attach-cycles.ts'),
    args: [JSON.stringify(options)],
    nodeArgs: ['--expose-gc'],
  });
  writer.child.send('stop');
  await writer.ended;
  if (code !== 0) throw new Error(`the cycles ended with ${code}: ${stderr}`);
  const result = JSON.parse(stdout) as CyclesResult;
  const { verified, broken, disorder, descriptors, readerFiles, mappings } = result;
  const whole = broken === 0 && disorder === 0;
  verdict.check(whole, `${options.cycles} attachments: ${verified} ticks verified, torn ${broken}`);
  const [before, after] = descriptors;
  verdict.check(before >= after, `open descriptors: ${before} before, ${after} after`);
  verdict.check(
    readerFiles[1] === 0,
    `reader files: ${readerFiles[0]} before, ${readerFiles[1]} after`,
  );
  verdict.check(mappings <= 1, `mappings of the ring after collection: ${mappings}`);
}
