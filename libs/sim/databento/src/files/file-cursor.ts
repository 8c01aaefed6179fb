/** One file being read: a record at a time, and the file only as far as the market has come. */
import { readDbn } from '@tickwire/io-dbn-file';
import type { DbnDecoder } from '@tickwire/wire-dbn';
import { schemaOfRecord } from './file-schema.ts';
import type { RecordTimes } from './record-times.ts';

export class FileCursor {
  /** ns after the opening of the record it stands on; before that, no record is earlier. */
  timeNs: number;
  /** The record it stands on, and its schema. */
  decoder: DbnDecoder | undefined;
  schema = -1;
  /** Whether it stands on a record. */
  isStanding = false;
  isEnded = false;
  readonly #path: string;
  readonly #times: RecordTimes;
  #pieces: AsyncGenerator<DbnDecoder> | undefined;

  constructor(path: string, of: { readonly times: RecordTimes; readonly fromNs: number }) {
    this.#path = path;
    this.#times = of.times;
    this.timeNs = of.fromNs;
  }

  /** Moves to the next record of what has been read. False when more has to be read. */
  next(): boolean {
    this.isStanding = false;
    const { decoder } = this;
    while (decoder?.next() === true) {
      this.schema = schemaOfRecord(decoder.rtype, decoder.metadata);
      if (this.schema < 0) continue;
      // A record without a time, or one behind its time, comes with the one before it.
      this.timeNs = Math.max(this.timeNs, this.#times.nsOf(decoder) ?? 0);
      this.isStanding = true;
      return true;
    }
    return false;
  }

  /** Reads on until it stands on a record or the file is at its end. */
  async load(): Promise<void> {
    this.#pieces ??= readDbn(this.#path, { upgrade: 'upgradeToV3' }).pieces();
    while (!this.isEnded && !this.isStanding) {
      const piece = await this.#pieces.next();
      if (piece.done === true) {
        this.isEnded = true;
        this.decoder = undefined;
        return;
      }
      this.decoder = piece.value;
      this.next();
    }
  }

  async close(): Promise<void> {
    this.isEnded = true;
    this.isStanding = false;
    await this.#pieces?.return(undefined);
  }
}
