/** Where a system keeps what: all of it follows from the data directory. */
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defaultRingDir } from '@tickwire/io-rings';
import { readSupervisorRecord } from './supervise/supervisor-record.ts';

export const DATA_DIR_DEFAULT = '.tickwire';

export interface Folders {
  /** What is kept: journals, store, ledger, logs. */
  readonly dataDir: string;
  /** Locks and service files of the running system. */
  readonly runDir: string;
  readonly logDir: string;
  /** Rings and counters, on tmpfs. */
  readonly ringDir: string;
}

/**
 * The folders of a data directory, which is made when missing.
 * @throws ShmError, RingsError when there is no place for rings and none was given.
 */
export function makeFolders(options: { dataDir: string; ringDir?: string | undefined }): Folders {
  const dataDir = resolve(options.dataDir);
  mkdirSync(join(dataDir, 'run'), { recursive: true, mode: 0o750 });
  mkdirSync(join(dataDir, 'log'), { recursive: true, mode: 0o750 });
  return foldersOf(dataDir, options.ringDir);
}

/**
 * The folders of a system that may run: the ring directory is the one its supervisor recorded.
 * `undefined` when the data directory does not exist, so nothing ever ran on it.
 */
export function findFolders(options: {
  dataDir: string;
  ringDir?: string | undefined;
}): Folders | undefined {
  const dataDir = resolve(options.dataDir);
  if (!existsSync(dataDir)) return undefined;
  const recorded = readSupervisorRecord(join(dataDir, 'run'))?.info.ringDir;
  return foldersOf(dataDir, options.ringDir ?? recorded);
}

function foldersOf(dataDir: string, ringDir: string | undefined): Folders {
  return {
    dataDir,
    runDir: join(dataDir, 'run'),
    logDir: join(dataDir, 'log'),
    ringDir: ringDir === undefined ? defaultRingDir(dataDir) : resolve(ringDir),
  };
}
