import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { COUNTER_FILE_BYTES } from '@tickwire/core';
import {
  DIRECTORY_CAPACITY_DEFAULT,
  SLOT_COUNT_DEFAULT,
  imageBytes,
  ringBytes,
} from '@tickwire/ipc-ring';
import { freeBytes } from '@tickwire/ipc-shm';
import { SystemError } from '../errors.ts';

export interface MemoryNeed {
  /** Rings of the vendors. */
  readonly vendorRings: number;
  /** Slots of each of them. */
  readonly ringSlots: number;
  /** Instruments that each of them has room for. */
  readonly directoryEntries?: number;
  readonly services: number;
}

/** Bytes of shared memory that a system takes: rings and their images, bar ring, counters. */
export function neededBytes(need: MemoryNeed): number {
  const directoryCapacity = need.directoryEntries ?? DIRECTORY_CAPACITY_DEFAULT;
  const vendorRing =
    ringBytes({ slotCount: need.ringSlots, directoryCapacity }) + imageBytes(directoryCapacity);
  const barRing = ringBytes({
    slotCount: SLOT_COUNT_DEFAULT,
    directoryCapacity: DIRECTORY_CAPACITY_DEFAULT,
  });
  return need.vendorRings * vendorRing + barRing + need.services * COUNTER_FILE_BYTES;
}

/**
 * Looks before the start whether the rings will fit, so that the answer is one sentence.
 * @throws SystemError `NO_SHARED_MEMORY`.
 */
export function requireMemory(ringDir: string, need: MemoryNeed): void {
  const needed = neededBytes(need);
  const free = freeBytes(nearestExisting(ringDir));
  if (free >= needed) return;
  throw new SystemError(
    'NO_SHARED_MEMORY',
    `the rings need ${inMib(needed)} and ${ringDir} has room for ${inMib(free)}`,
    { hint: 'Make /dev/shm larger, free space in it, or give --ring-dir on another tmpfs' },
  );
}

const inMib = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`;

function nearestExisting(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : nearestExisting(dirname(path));
}
