/** What the two proofs of deaths share: seed, folder, number of kills, and nothing left behind. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedMemoryRoot } from '@tickwire/ipc-shm';
import { seededRandom, testSeed } from '@tickwire/testing';
import { listRings, removeRing } from '../../src/index.ts';
import { Verdict } from './verdict.ts';

export interface DeathOptions {
  readonly dir: string;
  readonly kills: number;
  readonly random: () => number;
}

/** The exit code of the process is 0 when everything held. */
export async function proveDeaths(
  kills: number,
  prove: (options: DeathOptions, verdict: Verdict) => Promise<void>,
): Promise<void> {
  const seed = testSeed();
  const verdict = new Verdict();
  const root = sharedMemoryRoot();
  if (!root.usable) throw new Error(root.reason);
  const folder = mkdtempSync(join(root.path, 'tickwire-prove-'));
  const dir = join(folder, 'rings');
  mkdirSync(dir, { mode: 0o700 });
  console.log(`TICKWIRE_SEED=${seed}`);
  // As the supervisor starts services: what V8 made of the sources the last time is kept.
  const compiled = mkdtempSync(join(tmpdir(), 'tickwire-prove-'));
  process.env['NODE_COMPILE_CACHE'] = compiled;
  try {
    await prove({ dir, kills, random: seededRandom(seed) }, verdict);
    for (const name of listRings(dir)) removeRing(dir, name);
    const leaked = [...readdirSync(dir), ...readdirSync(folder).filter((name) => name !== 'rings')];
    verdict.check(leaked.length === 0, `leaked files: ${leaked.length} ${leaked.join(' ')}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(compiled, { recursive: true, force: true });
  }
  process.exitCode = verdict.failures === 0 ? 0 : 1;
}
