import { ByteQueue } from './byte-queue.ts';
import type { CaptureFormat } from './capture-format.ts';
import type { CapturedFrame } from './captured-frame.ts';
import { CLASSIC_MAGICS, ClassicPcap } from './classic-pcap.ts';
import { PcapError } from './errors.ts';
import { PCAPNG_MAGIC, Pcapng } from './pcapng.ts';

const MAGIC_BYTES = 4;
const COMPRESSED: readonly {
  readonly starts: number;
  readonly mask: number;
  readonly how: string;
}[] = [
  { starts: 0x8b1f, mask: 0xffff, how: 'gunzip' },
  { starts: 0xfd2f_b528, mask: 0xffff_ffff, how: 'unzstd' },
];

/** Whether the first bytes of a file (four at least) are those of a capture that can be read. */
export function isPcap(start: Uint8Array): boolean {
  if (start.length < MAGIC_BYTES) return false;
  const magic = new DataView(start.buffer, start.byteOffset).getUint32(0, true);
  return magic === PCAPNG_MAGIC || CLASSIC_MAGICS.has(magic);
}

/**
 * Reads pcap (µs and ns, both byte orders) and pcapng. It knows bytes only: push what has been
 * read of a file, and take frames until there is none.
 *
 *   decoder.push(piece);
 *   for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) …
 *   decoder.end();        // when no piece is left
 *
 * What it holds is bounded by the largest frame (256 KiB) and the largest piece.
 */
export class PcapDecoder {
  readonly #queue = new ByteQueue();
  #format: CaptureFormat | undefined;
  #failure: PcapError | undefined;

  /** Frames that were given before, and their bytes, become invalid. */
  push(piece: Uint8Array): void {
    this.#queue.push(piece);
  }

  /**
   * @returns undefined when the next frame has not arrived as a whole.
   * @throws PcapError `UNKNOWN_MAGIC`, `UNSUPPORTED_VERSION`, `BAD_LENGTH`, `BAD_BLOCK`, and the
   *   same again each time it is asked.
   */
  next(): CapturedFrame | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      this.#format ??= this.#detect();
      return this.#format?.next(this.#queue);
    } catch (error) {
      if (error instanceof PcapError) this.#failure = error;
      throw error;
    }
  }

  /**
   * Says that no bytes will follow. Call it when `next` has given all frames.
   *
   * @throws PcapError `EMPTY`, `TRUNCATED`.
   */
  end(): void {
    if (this.#failure !== undefined) throw this.#failure;
    const queue = this.#queue;
    if (queue.offset === 0 && queue.length === 0) {
      throw new PcapError('EMPTY', 0, { detail: 'the file is empty' });
    }
    if (queue.length === 0 && this.#format?.isBetweenFrames === true) return;
    const begunAt = this.#format?.begunAt ?? 0;
    const bytes = queue.offset + queue.length - begunAt;
    const detail = `the file ends ${bytes} bytes behind this, within a packet or header`;
    throw new PcapError('TRUNCATED', begunAt, { detail });
  }

  #detect(): CaptureFormat | undefined {
    const queue = this.#queue;
    if (queue.length < MAGIC_BYTES) return undefined;
    const magic = queue.view.getUint32(queue.at(0), true);
    if (magic === PCAPNG_MAGIC) return new Pcapng();
    const form = CLASSIC_MAGICS.get(magic);
    if (form !== undefined) return new ClassicPcap(form);
    const packed = COMPRESSED.find(({ starts, mask }) => (magic & mask) >>> 0 === starts);
    const bytes = [...queue.peek(0, MAGIC_BYTES)].map((byte) => byte.toString(16).padStart(2, '0'));
    throw new PcapError('UNKNOWN_MAGIC', 0, {
      detail: `begins with ${bytes.join(' ')}, neither pcap nor pcapng`,
      hint: packed === undefined ? 'give a .pcap or .pcapng file' : `decompress it: ${packed.how}`,
    });
  }
}
