/** Rings in ordinary memory for the tests of this folder. */
import { TICK_BYTES } from '@tickwire/core';
import { RingMode, formatRing } from '../src/header.ts';
import type { RingFormat } from '../src/header.ts';
import { ringBytes } from '../src/layout.ts';
import { fillProofTicks } from '../src/proof-ticks.ts';
import { RingReader } from '../src/reader.ts';
import type { AttachReaderOptions } from '../src/reader.ts';
import { RingWriter } from '../src/writer.ts';
import type { AttachWriterOptions } from '../src/writer.ts';

export const testFormat: RingFormat = {
  slotCount: 16,
  directoryCapacity: 4,
  resumeCapacity: 4,
  ringId: { hi: 0x0123_4567, lo: 0x89ab_cdef },
  name: 'test.0',
  vendor: 'test',
  mode: RingMode.Live,
};

export function makeRing(format: Partial<RingFormat> = {}): ArrayBuffer {
  const whole = { ...testFormat, ...format };
  const buffer = new ArrayBuffer(ringBytes(whole));
  formatRing(buffer, whole);
  return buffer;
}

export function attachWriter(
  buffer: ArrayBuffer,
  options: Partial<AttachWriterOptions> = {},
): RingWriter {
  return new RingWriter(buffer, { arch: 'x64', wake: () => {}, pid: 1, ...options });
}

export function attachReader(
  buffer: ArrayBuffer,
  options: Partial<AttachReaderOptions> = {},
): RingReader {
  return new RingReader(buffer, { arch: 'x64', from: 'oldest', ...options });
}

/** Publishes self-checking ticks, in batches of at most what the ring takes at once. */
export class ProofWriter {
  readonly writer: RingWriter;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;

  constructor(writer: RingWriter) {
    this.writer = writer;
    this.#bytes = new Uint8Array(writer.header.plan.slotCount * 4 * TICK_BYTES);
    this.#words = new Int32Array(this.#bytes.buffer);
  }

  publish(count: number): number {
    fillProofTicks(this.#words, this.writer.position, count);
    return this.writer.publish(this.#bytes, count);
  }
}
