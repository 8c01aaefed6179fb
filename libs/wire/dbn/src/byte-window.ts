import { lowerWord, lowerWordOf, upperWord, upperWordOf } from '@tickwire/wire-sbe';
import { DbnError } from './errors.ts';

const NO_VIEW = new DataView(new ArrayBuffer(0));
const I64_MAX_HI = 0x7fff_ffff;
const WORD_MAX = 0xffff_ffff;

/** A window that moves over bytes; what it shows is a record or a level of a book. */
export class ByteWindow {
  $view: DataView = NO_VIEW;
  $at = 0;

  /** Moves to the bytes from `offset` of a view. Nothing is checked until a field is read. */
  wrap(view: DataView, offset = 0): this {
    this.$view = view;
    this.$at = offset;
    return this;
  }

  /** Writes a u64 or i64 given as its words. @throws DbnError `OUT_OF_RANGE`. */
  protected setWords(offset: number, hi: number, lo: number): this {
    if (hi >>> 0 !== hi || lo >>> 0 !== lo) {
      throw outOfRange(this.$at + offset, `words ${hi} and ${lo}`);
    }
    this.$view.setUint32(this.$at + offset, lo, true);
    this.$view.setUint32(this.$at + offset + 4, hi, true);
    return this;
  }

  /** Writes an i64 that a number holds exactly, or its null. @throws DbnError `OUT_OF_RANGE`. */
  protected setSafe(offset: number, value: number | null): this {
    if (value === null) return this.setWords(offset, I64_MAX_HI, WORD_MAX);
    if (!Number.isSafeInteger(value)) throw outOfRange(this.$at + offset, `${value}`);
    return this.setWords(offset, upperWord(value), lowerWord(value));
  }

  /** Writes a u64, or its null. @throws DbnError `OUT_OF_RANGE`. */
  protected setUnsignedBig(offset: number, value: bigint | null): this {
    if (value === null) return this.setWords(offset, WORD_MAX, WORD_MAX);
    if (BigInt.asUintN(64, value) !== value) throw outOfRange(this.$at + offset, `${value}`);
    return this.setWords(offset, upperWordOf(value), lowerWordOf(value));
  }

  /** Writes an i64, or its null. @throws DbnError `OUT_OF_RANGE`. */
  protected setSignedBig(offset: number, value: bigint | null): this {
    if (value === null) return this.setWords(offset, I64_MAX_HI, WORD_MAX);
    if (BigInt.asIntN(64, value) !== value) throw outOfRange(this.$at + offset, `${value}`);
    return this.setWords(offset, upperWordOf(value), lowerWordOf(value));
  }

  /** @returns the value, an integer of 0 … max. @throws DbnError `OUT_OF_RANGE`. */
  protected unsigned(offset: number, value: number, max: number): number {
    if (Number.isInteger(value) && value >= 0 && value <= max) return value;
    throw outOfRange(this.$at + offset, `${value} is no integer of 0 … ${max}`);
  }

  /** @returns the value, an integer of −max − 1 … max. @throws DbnError `OUT_OF_RANGE`. */
  protected signed(offset: number, value: number, max: number): number {
    if (Number.isInteger(value) && value >= -max - 1 && value <= max) return value;
    throw outOfRange(this.$at + offset, `${value} is no integer of ${-max - 1} … ${max}`);
  }
}

function outOfRange(offset: number, detail: string): DbnError {
  return new DbnError('OUT_OF_RANGE', offset, { detail });
}
