/** Starts the writers of the failpoint proof, one life each, and says how each ended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { PreparedFailpoints } from './prepare.ts';
import type { FailpointOrders } from './preload.ts';
import type { TourOptions } from './tour-writer.ts';

/** A writer that lives longer is stuck. A life takes 0.1 to 0.5 s. */
const LIFE_MS_MAX = 30_000;

export interface LifeEnd {
  /** `killed` by its failpoint, `done` when it came to its end, `failed` or `stuck`. */
  readonly how: 'killed' | 'done' | 'failed' | 'stuck';
  readonly stderr: string;
}

export async function liveOnce(
  failpoints: PreparedFailpoints,
  tour: TourOptions,
  orders: Omit<FailpointOrders, 'modules' | 'koffiFrom'>,
): Promise<LifeEnd> {
  const script = join(import.meta.dirname, 'tour-writer.ts');
  const child = spawn(process.execPath, [...failpoints.nodeArgs, script, JSON.stringify(tour)], {
    env: { ...process.env, ...failpoints.env(orders) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  let stuck = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-4_000);
  });
  const timer = setTimeout(() => {
    stuck = true;
    child.kill('SIGKILL');
  }, LIFE_MS_MAX);
  await once(child, 'close');
  clearTimeout(timer);
  if (stuck) return { how: 'stuck', stderr };
  if (child.signalCode === 'SIGKILL') return { how: 'killed', stderr };
  return { how: child.exitCode === 0 ? 'done' : 'failed', stderr };
}
