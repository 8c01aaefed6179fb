/** The rings of a system as they are now, seen from outside: read-only, from their headers. */
import { join } from 'node:path';
import { RingReader, RingState, formatRingId } from '@tickwire/ipc-ring';
import type { StartFrom } from '@tickwire/ipc-ring';
import { isSameFile, openSharedFile } from '@tickwire/ipc-shm';
import type { SharedMemory } from '@tickwire/ipc-shm';
import { listRings } from '@tickwire/io-rings';

/** A ring as it is now. */
export interface RingView {
  readonly name: string;
  readonly vendor: string;
  /** Hex. */
  readonly ringId: string;
  readonly epoch: number;
  readonly slots: number;
  /** Position after the newest tick. */
  readonly published: number;
  readonly instruments: number;
  /** `silent`: open, but its writer has given no sign of life for a second. */
  readonly state: 'open' | 'silent' | 'closed' | 'replaced';
}

interface OpenRing {
  readonly memory: SharedMemory;
  readonly reader: RingReader;
}

const SILENT_AFTER_NS = 1e9;

/**
 * Maps each ring once and looks at it as often as asked. A mapping is never unmapped while views
 * live, so a ring that was replaced costs its address space until this process ends.
 */
export class RingWatch {
  readonly #dir: string;
  readonly #monotonicNs: () => number;
  readonly #rings = new Map<string, OpenRing>();

  constructor(dir: string, monotonicNs: () => number) {
    this.#dir = dir;
    this.#monotonicNs = monotonicNs;
  }

  views(): RingView[] {
    const views: RingView[] = [];
    for (const name of listRings(this.#dir)) {
      const reader = this.reader(name, 'latest');
      if (reader !== undefined) views.push(this.#viewOf(name, reader));
    }
    return views;
  }

  /** A reader of the ring at this path now; `undefined` when it is gone or is no ring. */
  reader(name: string, from: StartFrom): RingReader | undefined {
    const known = this.#rings.get(name);
    if (known !== undefined && isSameFile(known.memory)) return known.reader;
    known?.memory.close();
    this.#rings.delete(name);
    try {
      const path = join(this.#dir, `${name}.ring`);
      const memory = openSharedFile({ path, access: 'read' });
      const reader = new RingReader(memory.buffer, { arch: process.arch, from });
      this.#rings.set(name, { memory, reader });
      return reader;
    } catch {
      return undefined; // being removed, or not a ring: the services that use it say more
    }
  }

  close(): void {
    for (const { memory } of this.#rings.values()) memory.close();
    this.#rings.clear();
  }

  #viewOf(name: string, reader: RingReader): RingView {
    const { header } = reader;
    return {
      name,
      vendor: header.vendor,
      ringId: formatRingId(header.ringId),
      epoch: reader.epoch,
      slots: header.plan.slotCount,
      published: reader.published,
      instruments: Math.max(0, reader.directory.count - 1),
      state: this.#stateOf(reader),
    };
  }

  #stateOf(reader: RingReader): RingView['state'] {
    if (reader.state === RingState.Closed) return 'closed';
    if (reader.state === RingState.Replaced) return 'replaced';
    return this.#monotonicNs() - reader.heartbeatNs > SILENT_AFTER_NS ? 'silent' : 'open';
  }
}
