/** What the checks read of a host: files of /proc and /sys, room on disks, answers of programs. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

export interface Host {
  /** Trimmed text of a file; `undefined` when it cannot be read. */
  read(path: string): string | undefined;
  /** Names in a folder, sorted; none when it cannot be read. */
  list(path: string): readonly string[];
  /** Of the file system that holds the path, or would hold it. */
  space(path: string): { readonly totalBytes: number; readonly freeBytes: number } | undefined;
  /** What a program prints; `undefined` when it is not there or fails. */
  run(program: string, args: readonly string[]): string | undefined;
  readonly nodeVersion: string;
}

export interface HostOptions {
  /** Put before every path: the tree of another machine. */
  readonly root?: string;
  /** Folders of programs; `undefined`: none are run. */
  readonly path: string | undefined;
  readonly nodeVersion: string;
}

/** Files of /proc and /sys are short; more than this is none of them. */
const FILE_BYTES_MAX = 64 * 1024;
const NAMES_MAX = 4_096;
const PROGRAM_DEADLINE_MS = 2_000;
/** Where Debian keeps programs of the administrator. */
const ADMIN_FOLDERS = ['/usr/sbin', '/sbin', '/usr/local/sbin'];

export function openHost({ root = '', path, nodeVersion }: HostOptions): Host {
  const rooted = (name: string): string => (root === '' ? name : join(root, name));
  return {
    read: (name) => readText(rooted(name)),
    list: (name) => listNames(rooted(name)),
    space: (name) => spaceOf(rooted(name)),
    run: (program, args) => (path === undefined ? undefined : runProgram(path, program, args)),
    nodeVersion,
  };
}

function readText(path: string): string | undefined {
  try {
    // A pipe or a device would block, and is none of the files that the checks mean.
    if (!statSync(path).isFile()) return undefined;
    const fd = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(FILE_BYTES_MAX);
      const length = readSync(fd, bytes, 0, bytes.length, 0);
      return bytes.toString('utf8', 0, length).trim();
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

function listNames(path: string): string[] {
  try {
    return readdirSync(path).sort(byNumber).slice(0, NAMES_MAX);
  } catch {
    return [];
  }
}

const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

function spaceOf(path: string): { totalBytes: number; freeBytes: number } | undefined {
  try {
    const { blocks, bavail, bsize } = statfsSync(path);
    return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
  } catch {
    return dirname(path) === path ? undefined : spaceOf(dirname(path));
  }
}

function runProgram(path: string, program: string, args: readonly string[]): string | undefined {
  const result = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: PROGRAM_DEADLINE_MS,
    env: { PATH: [path, ...ADMIN_FOLDERS].join(delimiter), LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return result.status === 0 ? result.stdout.trim() : undefined;
}
