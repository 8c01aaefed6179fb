import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

const SHARED_MEMORY = '/dev/shm';

/** Names in shared memory: what a run adds there, it has to remove. */
export function sharedFiles(): Set<string> {
  return new Set(existsSync(SHARED_MEMORY) ? readdirSync(SHARED_MEMORY) : []);
}

function mentions(pid: string, text: string): boolean {
  const read = (name: string) => {
    try {
      return name === 'cwd'
        ? readlinkSync(`/proc/${pid}/cwd`)
        : readFileSync(`/proc/${pid}/${name}`, 'utf8');
    } catch {
      return ''; // ended meanwhile, or another user's
    }
  };
  return ['cmdline', 'environ', 'cwd'].some((name) => read(name).includes(text));
}

/** Processes that know of a folder: by their arguments, environment or working directory. */
export function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => mentions(pid, folder))
    .map((pid) => {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return `process ${pid}: ${words.join(' ').trim()}`;
    });
}

/** Locks, sockets and records of running services under a data directory. */
export function runFiles(dataDir: string): string[] {
  const folder = join(dataDir, 'run');
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}
