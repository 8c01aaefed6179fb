import { isFloat, isSigned, isWide } from '@tickwire/wire-sbe';
import type { Literal, Primitive } from '@tickwire/wire-sbe';

const METHODS: Readonly<Record<Primitive, string>> = {
  char: 'Uint8',
  int8: 'Int8',
  int16: 'Int16',
  int32: 'Int32',
  int64: 'BigInt64',
  uint8: 'Uint8',
  uint16: 'Uint16',
  uint32: 'Uint32',
  uint64: 'BigUint64',
  float: 'Float32',
  double: 'Float64',
};

const ONE_BYTE: ReadonlySet<Primitive> = new Set<Primitive>(['char', 'int8', 'uint8']);

export function place(offset: number): string {
  return offset === 0 ? 'this.$at' : `this.$at + ${offset}`;
}

/** Reads and writes of one value at an expression, in the byte order of the schema. */
export class ScalarAccess {
  readonly littleEndian: boolean;

  constructor(littleEndian: boolean) {
    this.littleEndian = littleEndian;
  }

  #order(primitive: Primitive): string {
    return ONE_BYTE.has(primitive) ? '' : `, ${this.littleEndian}`;
  }

  read(primitive: Primitive, at: string): string {
    return `this.$view.get${METHODS[primitive]}(${at}${this.#order(primitive)})`;
  }

  write(primitive: Primitive, at: string, value: string): string {
    return `this.$view.set${METHODS[primitive]}(${at}, ${value}${this.#order(primitive)});`;
  }

  /** Where the upper and the lower word of 64 bits begin. */
  words(at: string): { hi: string; lo: string } {
    const second = /^(.*) \+ (\d+)$/.exec(at);
    const behind = second === null ? `${at} + 4` : `${second[1]!} + ${Number(second[2]) + 4}`;
    return this.littleEndian ? { hi: behind, lo: at } : { hi: at, lo: behind };
  }
}

export interface WordLiterals {
  readonly hi: number;
  readonly lo: number;
}

export function wordsOf(value: Literal): WordLiterals {
  const bits = BigInt.asUintN(64, BigInt(value));
  return { hi: Number(bits >> 32n), lo: Number(bits & 0xffff_ffffn) };
}

/** `int64` or `uint64`, the beginnings of the runtime's functions. */
export function wideFunction(primitive: Primitive, suffix: string): string {
  return `${isSigned(primitive) ? 'int64' : 'uint64'}${suffix}`;
}

/** An expression that is true when a value means null. */
export function nullTest(primitive: Primitive, value: string, nullValue: Literal): string {
  if (isFloat(primitive) && Number.isNaN(nullValue)) return `Number.isNaN(${value})`;
  if (isWide(primitive)) throw new Error('64 bits are compared by their words');
  return `${value} === ${Object.is(nullValue, -0) ? '-0' : String(nullValue)}`;
}
