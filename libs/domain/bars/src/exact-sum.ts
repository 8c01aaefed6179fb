/**
 * Exact signed sums of products of two integers below 2^53, without a bigint per addition: four
 * limbs of 36 bits in the caller's Float64 cells, least significant first, the last one signed.
 * Holds ±2^160: 2^53 products of the largest operands.
 */

/** Cells that one sum takes. All zero is the sum 0. */
export const SUM_CELLS = 4;

const BASE = 2 ** 36;
const DIGIT = 2 ** 18;
const DIRECT_MAX = 2 ** 52;

/** The two factors of one term, integers within ±(2^53 − 1). */
export interface Factors {
  readonly price: number;
  readonly size: number;
}

/** sum := sum + price · size, exactly. */
export function addProduct(cells: Float64Array, at: number, term: Factors): void {
  const product = term.price * term.size;
  // Below 2^52 the double product is exact and its sum with a limb stays below 2^53.
  if (product <= DIRECT_MAX && product >= -DIRECT_MAX) {
    const low = (cells[at] ?? 0) + product;
    cells[at] = low;
    if (low < 0 || low >= BASE) carry(cells, at);
  } else addWide(cells, at, term);
}

/** sum := sum − price · size, exactly. */
export function subtractProduct(cells: Float64Array, at: number, term: Factors): void {
  addProduct(cells, at, { price: -term.price, size: term.size });
}

/** The sum as a bigint: for encoding and display, once per bar. */
export function sumToBigInt(cells: Float64Array, at: number): bigint {
  let value = 0n;
  for (let limb = SUM_CELLS - 1; limb >= 0; limb--) {
    value = (value << 36n) + BigInt(cells[at + limb] ?? 0);
  }
  return value;
}

/** The sum as a number when it is a safe integer, else `undefined`. */
export function sumToNumber(cells: Float64Array, at: number): number | undefined {
  const low = cells[at] ?? 0;
  const second = cells[at + 1] ?? 0;
  const third = cells[at + 2] ?? 0;
  const top = cells[at + 3] ?? 0;
  if (third === 0 && top === 0 && second < 2 ** 17) return second * BASE + low;
  const value = sumToBigInt(cells, at);
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? asNumber : undefined;
}

/** sum := value. */
export function sumFromBigInt(cells: Float64Array, at: number, value: bigint): void {
  let rest = value;
  for (let limb = 0; limb < SUM_CELLS - 1; limb++) {
    cells[at + limb] = Number(BigInt.asUintN(36, rest));
    rest >>= 36n;
  }
  cells[at + SUM_CELLS - 1] = Number(rest);
}

/** Moves what is over in the lowest limb into the next ones. Takes no number: a double handed to a
 * function that is not inlined is an allocation. */
function carry(cells: Float64Array, at: number): void {
  for (let limb = at; limb < at + SUM_CELLS - 1; limb++) {
    const value = cells[limb] ?? 0;
    if (value >= 0 && value < BASE) return;
    const over = Math.floor(value / BASE);
    cells[limb] = value - over * BASE;
    cells[limb + 1] = (cells[limb + 1] ?? 0) + over;
  }
}

/** Schoolbook product in digits of 18 bits: every partial sum stays below 2^38. */
function addWide(cells: Float64Array, at: number, term: Factors): void {
  const sign = term.price < 0 === term.size < 0 ? 1 : -1;
  const a = Math.abs(term.price);
  const b = Math.abs(term.size);
  const a2 = Math.floor(a / BASE);
  const a1 = Math.floor((a - a2 * BASE) / DIGIT);
  const a0 = a - a2 * BASE - a1 * DIGIT;
  const b2 = Math.floor(b / BASE);
  const b1 = Math.floor((b - b2 * BASE) / DIGIT);
  const b0 = b - b2 * BASE - b1 * DIGIT;
  // Pairs of digits line up with the limbs: 2^0, 2^36, 2^72. The odd digits (2^18, 2^54) are
  // shared between two limbs.
  const odd0 = a0 * b1 + a1 * b0;
  const odd1 = a1 * b2 + a2 * b1;
  const high0 = Math.floor(odd0 / DIGIT);
  const high1 = Math.floor(odd1 / DIGIT);
  const limb0 = a0 * b0 + (odd0 - high0 * DIGIT) * DIGIT;
  const limb1 = a0 * b2 + a1 * b1 + a2 * b0 + high0 + (odd1 - high1 * DIGIT) * DIGIT;
  const limb2 = a2 * b2 + high1;
  cells[at + 2] = (cells[at + 2] ?? 0) + sign * limb2;
  cells[at + 1] = (cells[at + 1] ?? 0) + sign * limb1;
  cells[at] = (cells[at] ?? 0) + sign * limb0;
  normalise(cells, at);
}

function normalise(cells: Float64Array, at: number): void {
  for (let limb = at; limb < at + SUM_CELLS - 1; limb++) {
    const value = cells[limb] ?? 0;
    const over = Math.floor(value / BASE);
    cells[limb] = value - over * BASE;
    cells[limb + 1] = (cells[limb + 1] ?? 0) + over;
  }
}
