/**
 * What a paced writer knows of its readers: looks into the readers folder, reads cursors with
 * `pread`, and gives up on a required reader that shows no sign of life for 10 s.
 */
import { readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { RequiredReaders, RingId } from '@tickwire/ipc-ring';
import { isLockedDescriptor } from '@tickwire/ipc-shm';
import { ReaderFileView } from './reader-file.ts';
import type { ReaderRecord } from './reader-file.ts';

/** A required reader silent for longer is expelled and counted. */
export const EXPEL_AFTER_NS = 10e9;

/** More files than this are not looked at: a bound on what a paced writer pays for its readers. */
export const READERS_MAX = 64;

const SCAN_INTERVAL_NS = 50e6;

interface Known {
  readonly view: ReaderFileView;
  record: ReaderRecord | undefined;
  aliveAtNs: number;
  expelled: boolean;
}

export interface RequiredReaderFilesOptions {
  readonly dir: string;
  readonly ringId: RingId;
  readonly monotonicNs: () => number;
  /** Called once for each look with the number of required readers found. */
  readonly onScan: (required: number) => void;
  /** Called once for each reader given up. */
  readonly onExpel: (record: ReaderRecord | undefined) => void;
}

export class RequiredReaderFiles implements RequiredReaders {
  readonly #options: RequiredReaderFilesOptions;
  readonly #known = new Map<string, Known>();
  #scannedAtNs = Number.NEGATIVE_INFINITY;

  constructor(options: RequiredReaderFilesOptions) {
    this.#options = options;
  }

  /** Required readers that are waited for now. */
  get count(): number {
    let count = 0;
    for (const known of this.#known.values()) if (isRequired(known)) count++;
    return count;
  }

  slowestCursor(): number {
    const nowNs = this.#options.monotonicNs();
    if (nowNs - this.#scannedAtNs >= SCAN_INTERVAL_NS) this.scan();
    let slowest = Number.POSITIVE_INFINITY;
    for (const [name, known] of this.#known) {
      this.#look(name, known, nowNs);
      if (isRequired(known)) slowest = Math.min(slowest, known.record?.cursor ?? slowest);
    }
    return slowest;
  }

  /** Looks for readers that came or went. */
  scan(): void {
    const nowNs = this.#options.monotonicNs();
    this.#scannedAtNs = nowNs;
    const names = new Set(this.#names());
    for (const [name, known] of this.#known) {
      if (names.has(name)) continue;
      known.view.close();
      this.#known.delete(name);
    }
    for (const name of names) {
      const known = this.#known.get(name) ?? this.#open(name, nowNs);
      if (known !== undefined) this.#look(name, known, nowNs);
    }
    this.#options.onScan(this.count);
  }

  close(): void {
    for (const known of this.#known.values()) known.view.close();
    this.#known.clear();
  }

  #names(): string[] {
    try {
      return readdirSync(this.#options.dir).slice(0, READERS_MAX);
    } catch {
      return []; // no folder: nobody ever registered
    }
  }

  #open(name: string, nowNs: number): Known | undefined {
    try {
      const view = new ReaderFileView(join(this.#options.dir, name));
      const known = { view, record: undefined, aliveAtNs: nowNs, expelled: false };
      this.#known.set(name, known);
      return known;
    } catch {
      return undefined; // gone again, or not a plain file: not a reader
    }
  }

  #look(name: string, known: Known, nowNs: number): void {
    if (known.expelled) return;
    const record = known.view.read();
    if (record !== undefined && this.#isOurs(record) && record.turn !== known.record?.turn) {
      known.record = record;
      known.aliveAtNs = nowNs;
    }
    if (nowNs - known.aliveAtNs < EXPEL_AFTER_NS) return;
    known.expelled = true;
    if (known.record?.required === true) this.#options.onExpel(known.record);
    this.#removeIfDead(name, known);
  }

  #isOurs(record: ReaderRecord): boolean {
    const { ringId } = this.#options;
    return record.ringIdHi === ringId.hi && record.ringIdLo === ringId.lo;
  }

  /** The file of a reader that died would be looked at for ever; that of a live one is its own. */
  #removeIfDead(name: string, known: Known): void {
    try {
      if (!isLockedDescriptor(known.view.fd)) unlinkSync(join(this.#options.dir, name));
    } catch {
      // Not ours to remove, or gone: it stays expelled either way.
    }
  }
}

function isRequired(known: Known): boolean {
  return !known.expelled && known.record?.required === true;
}
