/**
 * A market that is read from files: their records go into the log when their time has come, at the
 * pace at which they were recorded, at a multiple of it, or as fast as sessions take them.
 *
 * Bound: the log, and what `FileMerge` holds.
 */
import type { TimerHandle, Timers } from '@tickwire/core';
import type { MarketSource } from '../market-source.ts';
import type { RecordKind, RecordLog } from '../record-log.ts';
import type { FileDataset } from './file-dataset.ts';
import type { FileCursor } from './file-cursor.ts';
import { FileMerge } from './file-merge.ts';
import { RecordTimes } from './record-times.ts';

const NS_PER_MS = 1e6;
const PASS_RECORDS = 2_000;
const ROOM_WAIT_MS = 1;
/** Between the last record and the first of the next round. */
const ROUND_GAP_NS = NS_PER_MS;

export type FileSpeed = number | 'max';

export interface FileMarketOptions {
  readonly files: FileDataset;
  readonly log: RecordLog;
  readonly timers: Timers;
  /** 1 as recorded, 10 ten times as fast; `max`: the next record once sessions have room. */
  readonly speed: FileSpeed;
  /** Begins again at the end, with times that go on. */
  readonly loops: boolean;
  /** ns of a clock that never goes back. */
  readonly monotonicNs: () => number;
  /** With `max`: whether the sessions have room for more. */
  readonly hasRoom: () => boolean;
  /** Called after each pass: the moment to give what there is. */
  readonly onPass: () => void;
  /** Files that could be read when they were looked through, and now cannot. */
  readonly onFailure: (error: unknown) => void;
}

export class FileMarket implements MarketSource {
  readonly leftOutMs = 0;
  readonly #options: FileMarketOptions;
  readonly #times: RecordTimes;
  readonly #kind: RecordKind = { schema: 0, instrument: 0 };
  #begunNs: number | undefined;
  #lastNs = 0;
  #roundNs = 0;
  #recvOffsetNs = 0;
  #isStopped = false;
  #records = 0;
  #timer: TimerHandle | undefined;
  #wake: (() => void) | undefined;
  #run: Promise<void> | undefined;

  constructor(options: FileMarketOptions) {
    this.#options = options;
    this.#times = new RecordTimes(options.files.opensAtMs);
  }

  /** Records given to the log so far. */
  get records(): number {
    return this.#records;
  }

  /** ns after the opening, by the clock of the files. */
  elapsedNs(): number {
    const { speed, monotonicNs } = this.#options;
    if (this.#begunNs === undefined) return 0;
    if (speed === 'max') return this.#lastNs;
    return Math.max(this.#lastNs, (monotonicNs() - this.#begunNs) * speed);
  }

  /** The market begins; it does so once. */
  start(): void {
    if (this.#run !== undefined) return;
    this.#begunNs = this.#options.monotonicNs();
    this.#run = this.#play().catch((error: unknown) => {
      if (!this.#isStopped) this.#options.onFailure(error);
    });
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#timer !== undefined) this.#options.timers.clearTimer(this.#timer);
    this.#wake?.();
  }

  setRecvOffset(ns: number): void {
    this.#recvOffsetNs = ns;
  }

  async #play(): Promise<void> {
    const { files, loops } = this.#options;
    do {
      const merge = new FileMerge(files.files, { ...files, times: this.#times });
      try {
        while (!this.#isStopped && (await merge.load())) await this.#pass(merge);
      } finally {
        await merge.close();
      }
      this.#roundNs = this.#lastNs + ROUND_GAP_NS;
    } while (loops && !this.#isStopped);
  }

  /** Gives what has been read and is due, and waits for what is not, until more must be read. */
  async #pass(merge: FileMerge): Promise<void> {
    const { onPass } = this.#options;
    let made = 0;
    for (let cursor = merge.current; cursor !== undefined; cursor = merge.current) {
      const waitMs = made < PASS_RECORDS ? this.#waitMs(cursor) : 0;
      if (made === PASS_RECORDS || waitMs > 0) {
        onPass();
        made = 0;
        await this.#sleep(waitMs);
        if (this.#isStopped) return;
        continue;
      }
      this.#give(cursor);
      made += 1;
      if (!merge.advance()) break;
    }
    onPass();
  }

  /** ms until the record may be given; 0 now. */
  #waitMs({ timeNs }: FileCursor): number {
    const { speed, hasRoom } = this.#options;
    if (speed === 'max') return hasRoom() ? 0 : ROOM_WAIT_MS;
    const leftNs = timeNs + this.#roundNs - this.elapsedNs();
    return leftNs <= 0 ? 0 : Math.ceil(leftNs / speed / NS_PER_MS);
  }

  #give({ decoder, schema, timeNs }: FileCursor): void {
    const { log, files } = this.#options;
    if (decoder === undefined) return;
    const id = decoder.view.getUint32(decoder.offset + 4, true);
    const instrument = files.indexes.get(id);
    // What was not there when the files were looked through: they have been changed since.
    if (instrument === undefined) throw new Error(`the files have changed: instrument ${id}`);
    this.#lastNs = timeNs + this.#roundNs;
    this.#kind.schema = schema;
    this.#kind.instrument = instrument;
    log.append(decoder, this.#kind, this.#lastNs);
    this.#records += 1;
    const by = { byNs: this.#roundNs, recvNs: this.#recvOffsetNs };
    if (by.byNs === 0 && by.recvNs === 0) return;
    this.#times.move({ ...log.lastRecord(), layout: decoder.layout }, by);
  }

  async #sleep(ms: number): Promise<void> {
    if (ms === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      return;
    }
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#timer = this.#options.timers.setTimer(ms, resolve);
    });
  }
}
