/**
 * Places of what is kept for each instrument of each publisher, counted from 0, by open addressing,
 * at most half full: a look-up reads one line of the cache, and allocates nothing. Publishers of an
 * instrument lie behind one another.
 *
 *   row   id, publisher, 1 + place
 */
const WORDS = 4;
const FIRST_ROWS = 1024;
const NONE = -1;

export class PublishedPlaces {
  #rows = new Int32Array(WORDS * FIRST_ROWS);
  #mask = FIRST_ROWS - 1;
  readonly #publishers: number[] = [];

  /** How many there are. */
  get count(): number {
    return this.#publishers.length;
  }

  /** −1: there is none. */
  find(instrumentId: number, publisherId: number): number {
    const rows = this.#rows;
    const mask = this.#mask;
    const id = instrumentId | 0;
    for (let row = hash(id) & mask; ; row = (row + 1) & mask) {
      const at = row * WORDS;
      const place = rows[at + 2]!;
      if (place === 0) return NONE;
      if (rows[at] === id && rows[at + 1] === publisherId) return place - 1;
    }
  }

  /** Of all publishers of an instrument, in the order in which they came. */
  of(instrumentId: number): number[] {
    const rows = this.#rows;
    const id = instrumentId | 0;
    const found: number[] = [];
    for (let row = hash(id) & this.#mask; ; row = (row + 1) & this.#mask) {
      const place = rows[row * WORDS + 2]!;
      if (place === 0) return found;
      if (rows[row * WORDS] === id) found.push(place - 1);
    }
  }

  publisherOf(place: number): number {
    return this.#publishers[place]!;
  }

  /** The next place, for what has none yet. */
  add(instrumentId: number, publisherId: number): number {
    const place = this.#publishers.push(publisherId) - 1;
    if (2 * this.count > this.#mask) this.#grow();
    this.#enter(instrumentId | 0, publisherId, place);
    return place;
  }

  #enter(id: number, publisherId: number, place: number): void {
    const rows = this.#rows;
    let row = hash(id) & this.#mask;
    while (rows[row * WORDS + 2] !== 0) row = (row + 1) & this.#mask;
    rows[row * WORDS] = id;
    rows[row * WORDS + 1] = publisherId;
    rows[row * WORDS + 2] = place + 1;
  }

  #grow(): void {
    const before = this.#rows;
    this.#mask = 2 * this.#mask + 1;
    this.#rows = new Int32Array(WORDS * (this.#mask + 1));
    // By place, so that publishers stay in their order.
    const byPlace: number[] = [];
    for (let at = 0; at < before.length; at += WORDS) {
      if (before[at + 2] !== 0) byPlace[before[at + 2]! - 1] = before[at]!;
    }
    byPlace.forEach((id, place) => this.#enter(id, this.#publishers[place]!, place));
  }
}

/** Ids of a venue are often one behind the other, or differ in their higher bits. */
function hash(id: number): number {
  const mixed = Math.imul(id, 0x9e37_79b1);
  return mixed ^ (mixed >>> 15);
}
