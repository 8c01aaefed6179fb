/** A ring to write: file, lock, writer, clock anchor, heartbeat and bell in one. */
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { diffNs, ABSENT, AssetClass, SUPERSEDES_NONE, TextForm } from '@tickwire/core';
import type { NewDirectoryEntry } from '@tickwire/core';
import {
  BellOutcome,
  PublishResult,
  RingDirectoryReader,
  RingMode,
  RingState,
  RingWriter,
  WriterCounter,
  readRingHeader,
  writePartitionCount,
} from '@tickwire/ipc-ring';
import type { ProducerState, ResumeMark, RingId } from '@tickwire/ipc-ring';
import { createHostClock, futexWake, makeResident } from '@tickwire/ipc-shm';
import type { HostClock, Residency, SharedMemory } from '@tickwire/ipc-shm';
import { removeDeadReaders } from './dead-readers.ts';
import { RingsError } from './errors.ts';
import { removeImage, takeImage } from './image-file.ts';
import type { HeldImage } from './image-file.ts';
import { takeRingFile } from './ring-file.ts';
import type { RingFileOptions } from './ring-file.ts';
import { RequiredReaderFiles } from './required-readers.ts';
import { ensureReadersDir, ensureRingDir, readersDir, removeHalfMade } from './ring-folder.ts';

/** A writer gives a sign of life this often; readers call it silent after four of them. */
export const HEARTBEAT_MS = 50;
const ANCHOR_INTERVAL_NS = 1e9;
const CLOCK_STEP_NS_MIN = 1e6;
/** Immediate turns before a wait for room goes over to timers. */
const ROOM_TURNS = 64;

export interface CreateRingOptions extends RingFileOptions {
  /** The 64 bytes of the STREAM tick that opens an epoch after a takeover. */
  readonly takeoverTick?: (epoch: number) => Uint8Array;
  /** Told when the wall clock was stepped by more than 1 ms (ns, signed): a STREAM tick is due. */
  readonly onClockStep?: (stepNs: number) => void;
  /** Told of each required reader that is given up. */
  readonly onExpel?: (label: string) => void;
  /** The host's clock by default. */
  readonly clock?: HostClock;
  /** Keeps `<name>.image` beside the ring, see `openImage`; without it there is none. */
  readonly image?: boolean;
}

/**
 * Makes a ring, or takes over an existing one whose writer is gone: same ring id, next epoch, the
 * positions that the dead writer had claimed filled with PAD. A ring that was closed in order, is
 * damaged, or has another geometry is replaced by a new one with a new ring id.
 * @throws RingsError `ALREADY_OWNED` when its writer lives, `BAD_NAME`, `BAD_FOLDER`;
 *   ShmError `NO_SPACE`, `NOT_TRUSTED`, `UNSUPPORTED`; RingError `BAD_GEOMETRY`.
 */
export function createRing(options: CreateRingOptions): RingProducer {
  ensureRingDir(options.dir);
  ensureReadersDir(options.dir, options.name);
  removeHalfMade(options.dir);
  removeDeadReaders(readersDir(options.dir, options.name));
  const clock = options.clock ?? createHostClock();
  return new RingProducer(takeRingFile(options), { ...options, clock });
}

/** The writer's end of a ring. Everything here is synchronous unless it returns a promise. */
export class RingProducer {
  readonly name: string;
  readonly path: string;
  readonly ringId: RingId;
  /** Writers of this ring so far, this one included. */
  readonly epoch: number;
  /** What the last writer saved with `saveResume`; `undefined` in a new ring. */
  readonly resumed: ProducerState | undefined;
  /** Positions of the dead writer that this one filled with PAD. */
  readonly paddedAtTakeover: number;
  /** Most ticks of one `publish` of a paced ring: a quarter of it. */
  readonly batchTicksMax: number;
  /** What the directory holds, entries of earlier writers included. */
  readonly directory: RingDirectoryReader;
  readonly clock: HostClock;
  /** What the kernel granted of: all pages mapped beforehand, none ever swapped out. */
  readonly residency: Residency;
  readonly #memory: SharedMemory;
  readonly #writer: RingWriter;
  readonly #readers: RequiredReaderFiles | undefined;
  readonly #image: HeldImage | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #ring: () => void;
  readonly #onClockStep: ((stepNs: number) => void) | undefined;
  #anchoredAtNs = Number.NEGATIVE_INFINITY;
  #bellDue = false;
  #open = true;

  constructor(memory: SharedMemory, options: CreateRingOptions & { readonly clock: HostClock }) {
    this.#memory = memory;
    this.name = options.name;
    this.path = memory.path;
    this.clock = options.clock;
    this.#onClockStep = options.onClockStep;
    this.residency = makeResident(memory);
    const header = readRingHeader(memory.buffer);
    this.ringId = header.ringId;
    this.#readers = header.mode === RingMode.Paced ? this.#createReaders(options) : undefined;
    this.#writer = new RingWriter(memory.buffer, {
      arch: process.arch,
      wake: (byteOffset) => futexWake(memory, byteOffset),
      pid: process.pid,
      requiredReaders: this.#readers,
      takeoverTick: options.takeoverTick,
    });
    this.epoch = this.#writer.epoch;
    this.resumed = this.#writer.resumed;
    this.paddedAtTakeover = this.#writer.paddedAtTakeover;
    this.batchTicksMax = this.#writer.batchTicksMax;
    this.directory = new RingDirectoryReader(memory.buffer, header.plan);
    if (this.#writer.directoryCount === 0) this.#writer.append(ringEntry(options));
    this.#image = this.#takeImage(options);
    this.#ring = () => this.#ringBell();
    this.#beat();
    this.#timer = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.#timer.unref();
    if (this.epoch > 1) this.#ringSoon();
  }

  /** Position of the next tick: `published` as its readers see it. */
  get position(): number {
    return this.#writer.position;
  }

  /** Required readers that a paced ring waits for, as of the last look. */
  get requiredReaders(): number {
    return this.#readers?.count ?? 0;
  }

  /**
   * Publishes the first `count` ticks of `bytes` (64 bytes each) and wakes parked readers at the
   * end of this I/O turn. A live ring always publishes. A paced one may return `Full`, with nothing
   * published: `await waitForRoom()` and give the same batch again.
   * @throws RingError `BAD_BATCH`, `CLOSED`: bugs of the caller.
   */
  publish(bytes: Uint8Array, count: number): PublishResult {
    const result = this.#writer.publish(bytes, count);
    // A paced ring that was full has published nothing.
    if (this.#image !== undefined && result === PublishResult.Published) {
      this.#image.writer.update(bytes, count, this.#writer.position - count);
    }
    if (!this.#bellDue) this.#ringSoon();
    return result;
  }

  /**
   * Wakes parked readers now, unless they were woken just before: for a writer whose I/O turns are
   * long, before it sleeps and now and then while it does not.
   */
  ringBell(nowNs: number): void {
    this.#writer.ringBell(nowNs);
  }

  /** When `ringBell` has something to do, monotonic ns; `Infinity` while nothing is published. */
  get bellDueNs(): number {
    return this.#writer.bellDueNs;
  }

  /** Resolves when a paced ring has room again, at once for a live one. */
  async waitForRoom(signal?: AbortSignal): Promise<void> {
    for (let turns = 0; !this.#writer.refreshPace(); turns++) {
      signal?.throwIfAborted();
      // Timers and heartbeats run in these turns, so a waiting writer does not look silent.
      await (turns < ROOM_TURNS ? turn() : delay(1));
    }
  }

  /**
   * Resolves when at least `count` required readers have registered: whoever replays into a paced
   * ring waits for its consumers first.
   * @throws RingsError `TIMEOUT`.
   */
  async waitForReaders(options: { count: number; timeoutMs: number }): Promise<void> {
    const deadlineNs = this.clock.monotonicNs() + options.timeoutMs * 1e6;
    for (;;) {
      this.#readers?.scan();
      if (this.requiredReaders >= options.count) return;
      if (this.clock.monotonicNs() > deadlineNs) {
        const found = `${this.requiredReaders} of ${options.count} required readers came`;
        throw new RingsError('TIMEOUT', `ring ${this.name}: ${found} in ${options.timeoutMs} ms`);
      }
      await delay(1);
    }
  }

  /**
   * Adds a directory entry; returns its dense index, −1 when the directory is full (counted):
   * refuse the symbol. Append before publishing the first tick that uses it.
   * @throws RingError `BAD_ENTRY`.
   */
  append(entry: NewDirectoryEntry): number {
    return this.#writer.append(entry);
  }

  /** The ring is one of `count` partitions from now on. Its own index stays. */
  setPartitionCount(count: number): void {
    writePartitionCount(this.#memory.buffer, count);
  }

  /** Keeps where a channel stands; written with the next heartbeat, or `flushResume`. */
  saveResume(channelIndex: number, mark: ResumeMark): boolean {
    return this.#writer.saveResume(channelIndex, mark);
  }

  flushResume(): void {
    this.#writer.flushResume();
  }

  /** The ring's own counters: they outlive this process and go on with the next writer. */
  counters(): Record<keyof typeof WriterCounter, number> {
    const writer = this.#writer;
    return {
      publications: writer.counter(WriterCounter.publications),
      padded: writer.counter(WriterCounter.padded),
      takeovers: writer.counter(WriterCounter.takeovers),
      directoryRefused: writer.counter(WriterCounter.directoryRefused),
      full: writer.counter(WriterCounter.full),
      bells: writer.counter(WriterCounter.bells),
      expelled: writer.counter(WriterCounter.expelled),
    };
  }

  /** Orderly end: readers read to the last tick and learn that it was the last. Frees the lock. */
  close(): void {
    this.#end(RingState.Closed);
  }

  /**
   * Leaves the ring as a killed writer would: open, its lock free, for the next writer to take
   * over. For a process that must go at once and will be started again.
   */
  abandon(): void {
    if (!this.#open) return;
    this.#open = false;
    clearInterval(this.#timer);
    this.#writer.flushResume();
    this.#readers?.close();
    this.#image?.close();
    this.#memory.close();
  }

  #end(state: typeof RingState.Closed | typeof RingState.Replaced): void {
    if (!this.#open) return;
    this.#open = false;
    clearInterval(this.#timer);
    this.#writer.heartbeat(this.clock.monotonicNs());
    this.#writer.close(state);
    this.#readers?.close();
    this.#image?.close();
    this.#memory.close();
  }

  #takeImage(options: CreateRingOptions): HeldImage | undefined {
    const { dir, name } = options;
    if (options.image !== true) {
      removeImage(dir, name);
      return undefined;
    }
    try {
      const { header } = this.#writer;
      return takeImage({ dir, header, epoch: this.epoch, ring: this.#memory.buffer });
    } catch (error) {
      this.#memory.close();
      throw error;
    }
  }

  #createReaders(options: CreateRingOptions): RequiredReaderFiles {
    return new RequiredReaderFiles({
      dir: readersDir(options.dir, options.name),
      ringId: this.ringId,
      monotonicNs: () => this.clock.monotonicNs(),
      onScan: (required) => this.#writer.setReaderScan(required),
      onExpel: (record) => {
        this.#writer.countExpelled();
        options.onExpel?.(record?.label ?? '');
      },
    });
  }

  #beat(): void {
    const nowNs = this.clock.monotonicNs();
    this.#writer.heartbeat(nowNs);
    this.#writer.flushResume();
    if (nowNs - this.#anchoredAtNs >= ANCHOR_INTERVAL_NS) {
      this.#anchoredAtNs = nowNs;
      const before = this.clock.anchor;
      const anchor = this.clock.refresh();
      this.#writer.setAnchor(anchor);
      const stepNs = diffNs(anchor, before);
      if (Math.abs(stepNs) > CLOCK_STEP_NS_MIN) this.#onClockStep?.(stepNs);
    }
    this.#readers?.scan();
  }

  #ringSoon(): void {
    this.#bellDue = true;
    setImmediate(this.#ring);
  }

  /** At the end of an I/O turn; again in the next ones while it is too soon. */
  #ringBell(): void {
    this.#bellDue = false;
    if (!this.#open) return; // closing rang it
    if (this.#writer.ringBell(this.clock.monotonicNs()) === BellOutcome.Later) this.#ringSoon();
  }
}

/** Entry 0: the ring itself. */
function ringEntry(options: CreateRingOptions): NewDirectoryEntry {
  return {
    vendor: options.vendor,
    venue: '',
    symbol: options.name,
    canonicalSymbol: '',
    assetClass: AssetClass.Channel,
    currency: '',
    priceExp: 0,
    sizeExp: 0,
    markExp: 0,
    textForm: TextForm.Stripped,
    tickSize: ABSENT,
    lotSize: ABSENT,
    multiplierE9: ABSENT,
    expirySec: ABSENT,
    supersedes: SUPERSEDES_NONE,
  };
}
