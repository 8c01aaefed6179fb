import { DbnFileError } from './errors.ts';

const FRAME_MAGIC = 0xfd2f_b528;
const SKIPPABLE_MAGIC = 0x184d_2a50;
const MAGIC_BYTES = 4;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
/** Magic, descriptor, window, dictionary id and content size. */
const HEADER_BYTES_MAX = 18;
const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;

type State = 'magic' | 'descriptor' | 'header' | 'skippable' | 'block-header' | 'block' | 'end';

/**
 * Finds where frames of zstd end, by the sizes of their blocks: a file may have many, and Node's
 * decompression stops behind the first. It goes along with the pieces of a file and decompresses
 * nothing.
 *
 * @see RFC 8878, 3.1
 */
export class ZstdFrameWalk {
  #state: State = 'magic';
  readonly #gathered = new Uint8Array(HEADER_BYTES_MAX);
  readonly #view = new DataView(this.#gathered.buffer);
  #have = 0;
  #need = MAGIC_BYTES;
  /** Bytes to pass over before the next state. */
  #toSkip = 0;
  #hasChecksum = false;
  #isLastBlock = false;
  #offset = 0;

  /** Whether the bytes so far end where a frame does. */
  get isBetweenFrames(): boolean {
    return this.#state === 'magic' && this.#have === 0;
  }

  /** How many bytes of the file have been walked. */
  get offset(): number {
    return this.#offset;
  }

  /**
   * Goes on from a byte of a piece.
   *
   * @returns where the frame ends in the piece, or its length when the frame goes on.
   * @throws DbnFileError `BAD_ZSTD` where no frame or block can be.
   */
  walk(piece: Uint8Array, from: number): number {
    let at = from;
    do {
      if (at >= piece.length) return at;
      at = this.#step(piece, at);
    } while (!this.isBetweenFrames);
    return at;
  }

  #step(piece: Uint8Array, at: number): number {
    if (this.#toSkip > 0) {
      const skipped = Math.min(this.#toSkip, piece.length - at);
      this.#toSkip -= skipped;
      this.#offset += skipped;
      if (this.#toSkip === 0) this.#afterSkip();
      return at + skipped;
    }
    this.#gathered[this.#have] = piece[at]!;
    this.#have += 1;
    this.#offset += 1;
    if (this.#have === this.#need) this.#afterGather();
    return at + 1;
  }

  #afterGather(): void {
    switch (this.#state) {
      case 'magic':
        return this.#magic();
      case 'descriptor':
        return this.#descriptor();
      case 'skippable':
        return this.#skip(this.#view.getUint32(MAGIC_BYTES, true), 'end');
      case 'header':
        return this.#gather('block-header', BLOCK_HEADER_BYTES);
      default:
        return this.#blockHeader();
    }
  }

  #magic(): void {
    const magic = this.#view.getUint32(0, true);
    if (magic === FRAME_MAGIC) {
      this.#state = 'descriptor';
      this.#need = MAGIC_BYTES + 1;
    } else if ((magic & 0xffff_fff0) >>> 0 === SKIPPABLE_MAGIC) {
      this.#state = 'skippable';
      this.#need = 2 * MAGIC_BYTES;
    } else {
      const shown = magic.toString(16).padStart(8, '0');
      const detail = `0x${shown} where a frame of zstd should begin`;
      throw new DbnFileError('BAD_ZSTD', this.#offset - MAGIC_BYTES, { detail });
    }
  }

  #descriptor(): void {
    const descriptor = this.#gathered[MAGIC_BYTES]!;
    const isSingleSegment = (descriptor & 0x20) !== 0;
    const sizeFlag = descriptor >> 6;
    const sizeBytes = sizeFlag === 0 && isSingleSegment ? 1 : CONTENT_SIZE_BYTES[sizeFlag]!;
    this.#hasChecksum = (descriptor & 0x04) !== 0;
    const more = (isSingleSegment ? 0 : 1) + DICTIONARY_ID_BYTES[descriptor & 3]! + sizeBytes;
    if (more === 0) return this.#gather('block-header', BLOCK_HEADER_BYTES);
    this.#state = 'header';
    this.#need += more;
  }

  #blockHeader(): void {
    const header = this.#view.getUint32(0, true) & 0xff_ffff;
    const type = (header >> 1) & 3;
    if (type === RESERVED_BLOCK) {
      const detail = 'a block of a type that there is not';
      throw new DbnFileError('BAD_ZSTD', this.#offset - BLOCK_HEADER_BYTES, { detail });
    }
    this.#isLastBlock = (header & 1) === 1;
    this.#skip(type === RLE_BLOCK ? 1 : header >> 3, 'block');
  }

  #skip(bytes: number, then: 'block' | 'end'): void {
    this.#state = then;
    this.#have = 0;
    this.#toSkip = bytes;
    if (bytes === 0) this.#afterSkip();
  }

  #afterSkip(): void {
    if (this.#state === 'block' && !this.#isLastBlock) {
      return this.#gather('block-header', BLOCK_HEADER_BYTES);
    }
    if (this.#state === 'block' && this.#hasChecksum) return this.#skip(CHECKSUM_BYTES, 'end');
    this.#gather('magic', MAGIC_BYTES);
  }

  #gather(state: State, bytes: number): void {
    this.#state = state;
    this.#have = 0;
    this.#need = bytes;
  }
}
