/** The image beside a ring, `<name>.image`: its writer's end, and that of late readers. */
import { rmSync } from 'node:fs';
import {
  ImageReader,
  ImageRead,
  ImageWriter,
  RingError,
  RingReader,
  formatImage,
  imageBytes,
  readImageHeader,
  sameRingId,
} from '@tickwire/ipc-ring';
import type { ImageKinds, RingHeader } from '@tickwire/ipc-ring';
import { ShmError, createSharedFile, openSharedFile, tryLock } from '@tickwire/ipc-shm';
import type { SharedMemory } from '@tickwire/ipc-shm';
import { TickKind } from '@tickwire/wire-tick';
import { RingsError } from './errors.ts';
import { imagePath } from './ring-folder.ts';

/** The kinds whose last tick is a state. */
export const IMAGE_KINDS: ImageKinds = [
  TickKind.Quote,
  TickKind.Trade,
  TickKind.Status,
  TickKind.Stream,
];

/** An image and its lock, held by the writer of its ring. */
export interface HeldImage {
  readonly writer: ImageWriter;
  /** Cells that a killed writer left half-written and the ring could not set right. */
  readonly clearedAtTakeover: number;
  close(): void;
}

/**
 * Takes the image of a ring just taken, whose lock the caller holds: goes on in the one that is
 * there if it is of this ring, after the ticks that a killed writer published and did not bring
 * into it; else makes a new one in its place.
 * @throws RingsError `ALREADY_OWNED`; ShmError `NO_SPACE`, `NOT_TRUSTED`, `SYSTEM`.
 */
export function takeImage(options: {
  readonly dir: string;
  readonly header: RingHeader;
  /** Of the ring's writer. */
  readonly epoch: number;
  /** The ring itself. */
  readonly ring: ArrayBuffer;
}): HeldImage {
  const { header, epoch, ring } = options;
  const path = imagePath(options.dir, header.name);
  const known = openExisting(path, header);
  const memory = known ?? createNew(path, header);
  const writer = new ImageWriter(memory.buffer, { arch: process.arch, epoch });
  catchUp(writer, ring);
  const clearedAtTakeover = known === undefined ? 0 : writer.clearTorn();
  return { writer, clearedAtTakeover, close: () => memory.close() };
}

/** A ring without an image must not have one of its past beside it. */
export function removeImage(dir: string, name: string): void {
  rmSync(imagePath(dir, name), { force: true });
}

export interface OpenImageOptions {
  readonly dir: string;
  readonly name: string;
  /** User ids trusted besides our own and root's, see `openSharedFile`. */
  readonly trustedOwners?: readonly number[];
}

/**
 * Opens the image of a ring for reading, with a read-only mapping. It is of the ring whose id its
 * header states: compare it, then read the ring from `through` on and miss nothing.
 * @returns `undefined` when there is none: its writer keeps no image, or is just making it.
 * @throws RingError when the file is no image of this version; ShmError `NOT_TRUSTED`.
 */
export function openImage(options: OpenImageOptions): RingImage | undefined {
  const { dir, name, trustedOwners = [] } = options;
  try {
    const memory = openSharedFile({ path: imagePath(dir, name), access: 'read', trustedOwners });
    try {
      return new RingImage(memory);
    } catch (error) {
      memory.close();
      throw error;
    }
  } catch (error) {
    if (error instanceof ShmError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

/** An image as a late reader sees it. */
export class RingImage extends ImageReader {
  readonly #memory: SharedMemory;

  constructor(memory: SharedMemory) {
    super(memory.buffer, { arch: process.arch });
    this.#memory = memory;
  }

  /**
   * Gives each tick that is there to `handler`: the 64 bytes at the start of `view`, valid until it
   * returns, and the position. Returns how many cells could not be read whole.
   */
  each(handler: (view: DataView<ArrayBuffer>, position: number) => void): number {
    let torn = 0;
    for (let instrument = 0; instrument < this.header.capacity; instrument++) {
      for (const kind of this.header.kinds) {
        const read = this.read(instrument, kind);
        if (read === ImageRead.Found) handler(this.view, this.position);
        else if (read === ImageRead.Torn) torn += 1;
      }
    }
    return torn;
  }

  close(): void {
    this.#memory.close();
  }
}

/** The image at `path`, locked, if a writer of this ring can go on in it. */
function openExisting(path: string, ring: RingHeader): SharedMemory | undefined {
  let memory: SharedMemory;
  try {
    memory = openSharedFile({ path, access: 'write' });
  } catch (error) {
    if (error instanceof ShmError && ['NOT_FOUND', 'BAD_SIZE'].includes(error.code)) {
      return undefined;
    }
    throw error;
  }
  if (!tryLock(memory.fd)) {
    memory.close();
    throw new RingsError('ALREADY_OWNED', `the image of ring ${ring.name} is being written`, {
      hint: 'stop the process that writes it, or give this one another data folder',
    });
  }
  if (isOf(memory, ring)) return memory;
  memory.close();
  return undefined;
}

function isOf(memory: SharedMemory, ring: RingHeader): boolean {
  try {
    const header = readImageHeader(memory.buffer);
    return (
      sameRingId(header.ringId, ring.ringId) &&
      header.capacity === ring.plan.directoryCapacity &&
      IMAGE_KINDS.every((kind, column) => header.kinds[column] === kind)
    );
  } catch (error) {
    if (error instanceof RingError) return false; // damaged, or of another version
    throw error;
  }
}

function createNew(path: string, ring: RingHeader): SharedMemory {
  const capacity = ring.plan.directoryCapacity;
  return createSharedFile({
    path,
    bytes: imageBytes(capacity),
    lock: true,
    replace: true,
    format: (buffer) => formatImage(buffer, { ringId: ring.ringId, capacity, kinds: IMAGE_KINDS }),
  });
}

/** Brings in what is in the ring and not in the image yet. */
function catchUp(writer: ImageWriter, ring: ArrayBuffer): void {
  const from = { position: writer.through };
  const reader = new RingReader(ring, { arch: process.arch, from });
  for (let count = reader.poll(); count > 0; count = reader.poll()) {
    writer.update(reader.bytes, count, reader.firstPosition);
  }
  writer.skipTo(reader.published);
}
