/** Books by symbol and sequence, as one party saw them: what two parties are compared by. */

/** Price and size as decimal texts without trailing zeros. */
export type Row = readonly [price: string, size: string];

export interface BookImage {
  readonly symbol: string;
  readonly sequence: number;
  /** Best first, all levels the party keeps. */
  readonly bids: readonly Row[];
  readonly asks: readonly Row[];
}

export class BookRecord {
  readonly #images = new Map<string, BookImage>();

  add(image: BookImage): void {
    this.#images.set(`${image.symbol} ${image.sequence}`, image);
  }

  at(symbol: string, sequence: number): BookImage | undefined {
    return this.#images.get(`${symbol} ${sequence}`);
  }

  get size(): number {
    return this.#images.size;
  }

  /** What both parties saw: the same symbol at the same sequence. */
  common(other: BookRecord): { mine: BookImage; theirs: BookImage }[] {
    const pairs: { mine: BookImage; theirs: BookImage }[] = [];
    for (const [key, mine] of this.#images) {
      const theirs = other.#images.get(key);
      if (theirs !== undefined) pairs.push({ mine, theirs });
    }
    return pairs;
  }

  /** How many sequences of each symbol both parties saw; the least of them. */
  commonOfEach(other: BookRecord, symbols: readonly string[]): number {
    const counts = new Map<string, number>(symbols.map((symbol) => [symbol, 0]));
    for (const { mine } of this.common(other)) {
      counts.set(mine.symbol, (counts.get(mine.symbol) ?? 0) + 1);
    }
    return Math.min(...counts.values());
  }
}

/** The decimal text of a number as it was read from one of at most 15 digits. */
export function decimalOf(value: number): string {
  const text = String(value);
  const [mantissa = '', exponent] = text.split('e-');
  if (exponent === undefined) return text;
  const digits = mantissa.replace('.', '');
  return `0.${'0'.repeat(Number(exponent) - 1)}${digits}`;
}

/** Significant digits of a decimal text. A double keeps 15 of them, whichever they are. */
export function digitsOf(text: string): number {
  return text.replace('.', '').replace(/^0+/, '').length;
}
