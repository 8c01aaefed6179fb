// `npm run prove -- ring-model`: the ring's protocol searched completely by Spin, for x86-64 and
// arm64, with a writer that may die between any two steps (libs/ipc/ring/model/README.md).
//
// The model as the code has it must hold, and each mistake must be caught by the property that it
// breaks. `--only TEXT` takes the searches whose name contains it.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { MODEL_VARIANTS } from './model-variants.ts';
import type { ModelVariant } from './model-variants.ts';
import { missingCommand, searchModel } from './spin-search.ts';
import type { SearchReport } from './spin-search.ts';

const MODEL = resolve(import.meta.dirname, '../../../ipc/ring/model/ring.pml');
const PROCESSES_MAX = 2;
const LIMIT_MS = 10 * 60_000;
const MEMORY_MB_MAX = 6_000;

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });

/** Widths of verdict, name, expected and result, which read from the left. */
const LEFT = [6, 40, 19, 19];
/** Widths of states, depth and time. */
const RIGHT = [12, 7, 8];

function row(cells: readonly string[]): string {
  const left = LEFT.map((width, at) => (cells[at] ?? '').padEnd(width));
  const right = RIGHT.map((width, at) => (cells[LEFT.length + at] ?? '').padStart(width));
  return [...left, ...right].join(' ');
}

async function search(variant: ModelVariant, folder: string): Promise<SearchReport> {
  try {
    const limits = { limitMs: LIMIT_MS, memoryMbMax: MEMORY_MB_MAX };
    return await searchModel(variant, { model: MODEL, folder, ...limits });
  } catch (error) {
    return { result: error instanceof Error ? error.message : String(error), states: 0, depth: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether the search ended as it must. */
async function prove(variant: ModelVariant, folder: string): Promise<boolean> {
  const startMs = performance.now();
  const { result, states, depth } = await search(variant, folder);
  const ok = result === variant.expected;
  const time = `${((performance.now() - startMs) / 1_000).toFixed(1)} s`;
  const numbers = [states.toLocaleString('en-US'), String(depth), time];
  console.log(row([ok ? 'held' : 'FAILED', variant.name, variant.expected, result, ...numbers]));
  return ok;
}

async function proveAll(variants: readonly ModelVariant[], folder: string): Promise<number> {
  let next = 0;
  let held = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < variants.length; index = next++) {
      const variant = variants[index] as ModelVariant;
      if (await prove(variant, join(folder, String(index)))) held++;
    }
  };
  const processes = Math.min(PROCESSES_MAX, availableParallelism());
  await Promise.all(Array.from({ length: processes }, work));
  return held;
}

async function main(): Promise<number> {
  const missing = missingCommand();
  if (missing !== undefined) {
    const { command, debianPackage } = missing;
    console.log(`FAILED ${command} is not installed: apt-get install ${debianPackage}`);
    return 1;
  }
  const variants = MODEL_VARIANTS.filter(({ name }) => name.includes(values.only));
  if (variants.length === 0) {
    console.log(`FAILED no search has "${values.only}" in its name`);
    return 1;
  }
  console.log(row(['', 'search', 'expected', 'result', 'states', 'depth', 'time']));
  const folder = mkdtempSync(join(tmpdir(), 'tickwire-model-'));
  try {
    const held = await proveAll(variants, folder);
    console.log(`${held} of ${variants.length} searches ended as they must`);
    return held === variants.length ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
