/** A view that ends the run when anything outside of a message is read. */
export class GuardedView extends DataView<ArrayBuffer> {
  readonly #first: number;
  readonly #end: number;

  /** @param range - The bytes of the message; there is more on both sides of it. */
  constructor(
    bytes: Uint8Array<ArrayBuffer>,
    range: { readonly offset: number; readonly end: number },
  ) {
    super(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#first = range.offset;
    this.#end = range.end;
  }

  #check(at: number, bytes: number): number {
    if (at >= this.#first && at + bytes <= this.#end) return at;
    throw new Error(`read ${bytes} bytes at ${at}, outside of ${this.#first} to ${this.#end}`);
  }

  override getInt8(at: number): number {
    return super.getInt8(this.#check(at, 1));
  }
  override getUint8(at: number): number {
    return super.getUint8(this.#check(at, 1));
  }
  override getInt16(at: number, littleEndian?: boolean): number {
    return super.getInt16(this.#check(at, 2), littleEndian);
  }
  override getUint16(at: number, littleEndian?: boolean): number {
    return super.getUint16(this.#check(at, 2), littleEndian);
  }
  override getInt32(at: number, littleEndian?: boolean): number {
    return super.getInt32(this.#check(at, 4), littleEndian);
  }
  override getUint32(at: number, littleEndian?: boolean): number {
    return super.getUint32(this.#check(at, 4), littleEndian);
  }
  override getFloat32(at: number, littleEndian?: boolean): number {
    return super.getFloat32(this.#check(at, 4), littleEndian);
  }
  override getFloat64(at: number, littleEndian?: boolean): number {
    return super.getFloat64(this.#check(at, 8), littleEndian);
  }
  override getBigInt64(at: number, littleEndian?: boolean): bigint {
    return super.getBigInt64(this.#check(at, 8), littleEndian);
  }
  override getBigUint64(at: number, littleEndian?: boolean): bigint {
    return super.getBigUint64(this.#check(at, 8), littleEndian);
  }
}

const PADDING_BYTES = 32;

/** A message with other bytes before and behind it, as it stands in a packet. */
export function guarded(message: Uint8Array): {
  readonly view: GuardedView;
  readonly offset: number;
  readonly end: number;
} {
  const bytes = new Uint8Array(message.length + 2 * PADDING_BYTES).fill(0x5a);
  bytes.set(message, PADDING_BYTES);
  const range = { offset: PADDING_BYTES, end: PADDING_BYTES + message.length };
  return { view: new GuardedView(bytes, range), ...range };
}
