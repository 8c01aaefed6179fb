// `npm run prove -- ring-reader-deaths`: readers killed at random times, 0 to 50 ms into a run.
//
//   readers   registered ones killed in the middle of a run: the writer does not notice
//   required  readers that a paced writer waits for: given up, counted, their files removed
//   cycles    readers that attach and leave in one process: nothing is left open
//
// Exit code 0 when all of it held. `--kills N` (1,000) and `--cycles N` change the length.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runToEnd } from '@tickwire/testing';
import type { CyclesOptions, CyclesResult } from './deaths/attach-cycles.ts';
import { proveDeaths } from './deaths/prove-deaths.ts';
import { proveReaderDeaths, proveRequiredDeaths } from './deaths/reader-deaths.ts';
import type { Verdict } from './deaths/verdict.ts';
import { startWriter } from './proof-processes.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    cycles: { type: 'string', default: '10000' },
  },
});

await proveDeaths(Number(values.kills), async (options, verdict) => {
  const { dir } = options;
  await proveReaderDeaths(options, verdict);
  await proveRequiredDeaths(dir, verdict);
  await proveCycles({ dir, name: 'cycles.0', cycles: Number(values.cycles) }, verdict);
});

async function proveCycles(options: CyclesOptions, verdict: Verdict): Promise<void> {
  const { dir, name } = options;
  const writing = { dir, name, mode: 'live', slotCount: 4_096 } as const;
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
