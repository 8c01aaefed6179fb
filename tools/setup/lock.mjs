// One set-up at a time per checkout. The lock is a file that names its owner; an owner that is no
// longer alive (killed, rebooted, its id reused by another program) loses it.
import { closeSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from 'node:fs';

const POLL_MS = 200;
const TAKEOVER_ABANDONED_MS = 10_000;

/** When the process started, in ticks since boot: tells a reused process id from the owner. */
function startedAt(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return ''; // not Linux: the id alone has to do
  }
}

function isAlive(owner) {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return false;
  }
  return startedAt(owner.pid) === owner.startedAt;
}

function readOwner(path) {
  try {
    const owner = JSON.parse(readFileSync(path, 'utf8'));
    return Number.isInteger(owner.pid) ? owner : undefined;
  } catch {
    return undefined;
  }
}

/** Creates the file and writes the owner in one system call each; false when it exists. */
function claim(path) {
  let fd;
  try {
    fd = openSync(path, 'wx');
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeSync(fd, JSON.stringify({ pid: process.pid, startedAt: startedAt(process.pid) }));
  closeSync(fd);
  return true;
}

function ageMs(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

function drop(path) {
  try {
    unlinkSync(path);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

/** An empty file is an owner between two system calls, unless it stays so. */
function isAbandoned(path) {
  const owner = readOwner(path);
  return owner === undefined ? ageMs(path) > TAKEOVER_ABANDONED_MS : !isAlive(owner);
}

/**
 * Removes a dead owner's lock. Only one process may do so at a time: two that both saw the dead
 * owner would else remove each other's fresh lock.
 */
function removeAbandoned(path) {
  const guard = `${path}.takeover`;
  if (!claim(guard)) {
    if (ageMs(guard) > TAKEOVER_ABANDONED_MS) drop(guard);
    return;
  }
  try {
    if (isAbandoned(path)) drop(path);
  } finally {
    drop(guard);
  }
}

/**
 * Waits for the lock and returns the function that releases it, or undefined when aborted.
 *
 * @param {string} path the lock file
 * @param {{ onWait: (pid: number) => void, signal: AbortSignal }} options `onWait`: called once
 *   when another live process holds it
 */
export async function acquireLock(path, { onWait, signal }) {
  let said = false;
  while (!signal.aborted) {
    if (claim(path)) return () => drop(path);
    if (isAbandoned(path)) removeAbandoned(path);
    const owner = readOwner(path);
    if (owner !== undefined && !said && isAlive(owner)) {
      said = true;
      onWait(owner.pid);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return undefined;
}
