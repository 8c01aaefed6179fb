import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { processStartTicks } from '@tickwire/io-service';
import type { ProcessIdentity } from './process-identity.ts';

/**
 * The processes of this user that have the file at `path` open. The kernel does not tell who holds
 * an OFD lock, but only who has the file open can. For a service killed before it wrote its record.
 */
export function processesWithOpen(path: string): ProcessIdentity[] {
  const wanted = statSync(path, { throwIfNoEntry: false });
  if (wanted === undefined) return [];
  const found: ProcessIdentity[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    if (hasOpen(pid, wanted)) found.push({ pid, startTicks: processStartTicks(pid) });
  }
  return found;
}

function hasOpen(pid: number, wanted: { dev: number; ino: number }): boolean {
  const folder = `/proc/${pid}/fd`;
  let descriptors: string[];
  try {
    descriptors = readdirSync(folder);
  } catch {
    return false; // ended meanwhile, or another user's
  }
  return descriptors.some((descriptor) => {
    try {
      const stats = statSync(join(folder, descriptor));
      return stats.ino === wanted.ino && stats.dev === wanted.dev;
    } catch {
      return false;
    }
  });
}
