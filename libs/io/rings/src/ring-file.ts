/** The file of a ring, as its writer takes it: made, taken over, or replaced. */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, existsSync, fstatSync, openSync } from 'node:fs';
import {
  DIRECTORY_CAPACITY_DEFAULT,
  RingError,
  RingMode,
  RingState,
  RingWriter,
  SLOT_COUNT_DEFAULT,
  checkTakeover,
  formatRing,
  planRing,
} from '@tickwire/ipc-ring';
import type { RingGeometry, RingId } from '@tickwire/ipc-ring';
import {
  ShmError,
  createSharedFile,
  fileAt,
  futexWake,
  isSameFile,
  openSharedFile,
  tryLock,
  withPath,
} from '@tickwire/ipc-shm';
import type { SharedMemory } from '@tickwire/ipc-shm';
import { RingsError } from './errors.ts';
import { ringPath } from './ring-folder.ts';

/** Others may make or replace the file between two of our steps: look again, but not for ever. */
const ATTEMPTS_MAX = 8;

export interface RingFileOptions {
  readonly dir: string;
  /** `kucoin.0` */
  readonly name: string;
  /** `kucoin` */
  readonly vendor: string;
  /** `live` (default) never waits; `paced` waits for required readers. */
  readonly mode?: 'live' | 'paced';
  /** Power of two; 65,536 by default. */
  readonly slotCount?: number;
  /** 8,192 by default. */
  readonly directoryCapacity?: number;
  /** Channels with a resume watermark; 126 by default. */
  readonly resumeCapacity?: number;
  readonly partition?: { readonly index: number; readonly count: number };
  readonly firstPosition?: number;
}

/**
 * The ring's file, mapped for writing and locked: the existing one if a new writer can go on in it,
 * else a new one in its place.
 * @throws as `createRing`.
 */
export function takeRingFile(options: RingFileOptions): SharedMemory {
  const path = ringPath(options.dir, options.name);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const memory = openExisting(path, options) ?? createNew(path, options);
    if (memory !== undefined) return memory;
  }
  throw owned(options.name);
}

/** Opens the ring at `path` if it is one that a new writer goes on with. */
function openExisting(path: string, options: RingFileOptions): SharedMemory | undefined {
  let memory: SharedMemory;
  try {
    memory = openSharedFile({ path, access: 'write' });
  } catch (error) {
    if (error instanceof ShmError && error.code === 'NOT_FOUND') return undefined;
    if (error instanceof ShmError && error.code === 'BAD_SIZE') return replaceEmpty(path, options);
    throw error;
  }
  if (!tryLock(memory.fd)) {
    memory.close();
    throw owned(options.name);
  }
  // Somebody may have put another ring here between the opening and the lock: look again then.
  if (isSameFile(memory) && goesOn(memory, options)) return memory;
  if (!isSameFile(memory)) {
    memory.close();
    return undefined;
  }
  try {
    return createNew(path, options, true);
  } finally {
    memory.close();
  }
}

/** A file of no bytes cannot be mapped, but it can be locked and replaced like any other. */
function replaceEmpty(path: string, options: RingFileOptions): SharedMemory | undefined {
  const flags = constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const fd = withPath(path, () => openSync(path, flags));
  try {
    if (!tryLock(fd)) throw owned(options.name);
    const { dev, ino, size } = fstatSync(fd);
    const now = fileAt(path);
    const isStillThere = now?.inode === ino && now.device === dev && size === 0;
    return isStillThere ? createNew(path, options, true) : undefined;
  } finally {
    closeSync(fd);
  }
}

/** Whether the new writer can go on in this ring; marks it REPLACED when it cannot. */
function goesOn(memory: SharedMemory, options: RingFileOptions): boolean {
  try {
    const { header } = checkTakeover(memory.buffer);
    if (header.state !== RingState.Open) return false;
    const wanted = planRing(geometryOf(options));
    const same =
      header.plan.totalBytes === wanted.totalBytes &&
      header.plan.slotCount === wanted.slotCount &&
      header.plan.directoryCapacity === wanted.directoryCapacity &&
      header.mode === modeOf(options) &&
      header.name === options.name &&
      header.vendor === options.vendor;
    if (same) return true;
    const old = new RingWriter(memory.buffer, {
      arch: process.arch,
      wake: (byteOffset) => futexWake(memory, byteOffset),
      pid: process.pid,
    });
    old.close(RingState.Replaced);
    return false;
  } catch (error) {
    if (error instanceof RingError) return false; // damaged, or of another version: a new one
    throw error;
  }
}

/** `undefined` when somebody else came between: look again. */
function createNew(
  path: string,
  options: RingFileOptions,
  replace = false,
): SharedMemory | undefined {
  const geometry = geometryOf(options);
  try {
    return createSharedFile({
      path,
      bytes: planRing(geometry).totalBytes,
      lock: true,
      replace,
      format: (buffer) =>
        formatRing(buffer, {
          ...geometry,
          ringId: randomRingId(),
          name: options.name,
          vendor: options.vendor,
          mode: modeOf(options),
          partition: options.partition,
          firstPosition: options.firstPosition,
          createdAtMs: Date.now(),
        }),
    });
  } catch (error) {
    if (error instanceof ShmError && isMetByAnother(error, options.dir)) return undefined;
    throw error;
  }
}

/**
 * Somebody else made this ring meanwhile, or, while he cleared what the dead left half-made, took
 * our file for such a one in the moment before it was locked: then its name is gone.
 */
function isMetByAnother(error: ShmError, dir: string): boolean {
  return error.code === 'EXISTS' || (error.code === 'NOT_FOUND' && existsSync(dir));
}

function geometryOf(options: RingFileOptions): RingGeometry {
  return {
    slotCount: options.slotCount ?? SLOT_COUNT_DEFAULT,
    directoryCapacity: options.directoryCapacity ?? DIRECTORY_CAPACITY_DEFAULT,
    resumeCapacity: options.resumeCapacity,
  };
}

function modeOf(options: RingFileOptions): RingMode {
  return options.mode === 'paced' ? RingMode.Paced : RingMode.Live;
}

function randomRingId(): RingId {
  const bytes = randomBytes(8);
  const id = { hi: bytes.readUInt32LE(0), lo: bytes.readUInt32LE(4) };
  return id.hi === 0 && id.lo === 0 ? { hi: 0, lo: 1 } : id;
}

function owned(name: string): RingsError {
  return new RingsError('ALREADY_OWNED', `ring ${name} is being written by another live process`, {
    hint: 'stop that process, or give this one another data folder',
  });
}
