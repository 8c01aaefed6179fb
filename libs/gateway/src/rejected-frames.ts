import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { stampToBigInt } from '@tickwire/core';
import type { Counter, StampNs } from '@tickwire/core';

/** Bytes of a frame that are kept. */
const HEAD_BYTES = 1024;
/** Frames written in one second: a flood must not turn the gateway into a disk writer. */
const PER_SECOND_MAX = 100;

export interface RejectedFrame {
  code: string;
  field: string;
  offset: number;
}

/**
 * What the vendor sent and we could not read, for people to look at:
 * `<folder>/<name>.ndjson`, and the older half in `<name>.1.ndjson`. What does not fit the rate is
 * counted, not written; every reject is counted by reason elsewhere.
 */
export class RejectedFrames {
  readonly #path: string;
  readonly #olderPath: string;
  readonly #halfBytes: number;
  readonly #skipped: Counter;
  #bytes: number;
  #second = 0;
  #inSecond = 0;

  constructor(options: { folder: string; name: string; bytesMax: number; skipped: Counter }) {
    const { name } = options;
    mkdirSync(options.folder, { recursive: true, mode: 0o750 });
    this.#path = join(options.folder, `${name}.ndjson`);
    this.#olderPath = join(options.folder, `${name}.1.ndjson`);
    this.#halfBytes = options.bytesMax / 2;
    this.#skipped = options.skipped;
    this.#bytes = existsSync(this.#path) ? statSync(this.#path).size : 0;
  }

  add(error: RejectedFrame, bytes: Uint8Array, recv: Readonly<StampNs>): void {
    const ns = stampToBigInt(recv);
    if (!this.#isAllowed(Number(ns / 1_000_000_000n))) {
      this.#skipped.add(1);
      return;
    }
    const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('base64');
    const { code, field, offset } = error;
    const record = { ts: ns.toString(), code, field, offset, bytes: bytes.length, head };
    const line = `${JSON.stringify(record)}\n`;
    if (this.#bytes + line.length > this.#halfBytes && this.#bytes > 0) {
      renameSync(this.#path, this.#olderPath);
      this.#bytes = 0;
    }
    appendFileSync(this.#path, line, { mode: 0o640 });
    this.#bytes += line.length;
  }

  #isAllowed(second: number): boolean {
    if (second !== this.#second) {
      this.#second = second;
      this.#inSecond = 0;
    }
    this.#inSecond += 1;
    return this.#inSecond <= PER_SECOND_MAX;
  }
}
