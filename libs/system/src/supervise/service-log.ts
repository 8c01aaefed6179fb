/** The log file of a service: what its stdout and stderr wrote, over restarts and runs. */
import { closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A file that has grown beyond this is moved aside at the next start; two are kept. */
export const LOG_BYTES_MAX = 8 * 1024 * 1024;
const TAIL_BYTES = 64 * 1024;

/** Opens the log for appending and returns its descriptor; the caller closes it. */
export function openServiceLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > LOG_BYTES_MAX) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o640);
}

/**
 * The last error that a service logged, from `fromByte` on, as one sentence: a pino line of level
 * error or fatal, else the last line of a JavaScript error on stderr.
 */
export function lastLoggedError(path: string, fromByte: number): string | undefined {
  let found: string | undefined;
  for (const line of tailLines(path, fromByte)) {
    found = errorOfLine(line) ?? found;
  }
  return found;
}

/** Bytes in the log now: where what a new process writes will begin. */
export function serviceLogBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function errorOfLine(line: string): string | undefined {
  if (!line.startsWith('{')) {
    return /^(?:Uncaught )?\w*(?:Error|Exception)(?: \[\w+\])?: .+/.test(line) ? line : undefined;
  }
  try {
    const entry = JSON.parse(line) as { level?: unknown; msg?: unknown };
    const isError = entry.level === 'error' || entry.level === 'fatal';
    return isError && typeof entry.msg === 'string' && entry.msg !== '' ? entry.msg : undefined;
  } catch {
    return undefined;
  }
}

function tailLines(path: string, fromByte: number): string[] {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return [];
  }
  try {
    const size = fstatSync(fd).size;
    const start = Math.max(fromByte > size ? 0 : fromByte, size - TAIL_BYTES);
    const bytes = Buffer.alloc(Math.max(0, size - start));
    const read = readSync(fd, bytes, 0, bytes.length, start);
    return bytes.toString('utf8', 0, read).split('\n');
  } finally {
    closeSync(fd);
  }
}
