import { RECORD_COUNT, TICK_WORDS, recordAt } from '../harness/records.ts';

/** Up to so many ticks go word by word: a block costs more to start. */
const WORD_COPY_TICKS_MAX = 4;
const LONGS = TICK_WORDS / 2;
/** Records that are fetched at once; a power of two. */
const CHUNK_RECORDS = 64;
const CHUNK_SHIFT = Math.log2(CHUNK_RECORDS);

/**
 * The next batch to be sent, always in the same memory. The pieces of the records are cut out
 * beforehand where batches divide them: that is no work of the ring, and a piece made for each
 * batch would be most of what is measured. Single records come through a small copy of the next 64:
 * the table does not fit into a cache, and a core that waits for a line of it in the midst of each
 * publication stores the ring's lines later.
 */
export class RecordBatch {
  readonly bytes: Buffer;
  readonly words: Int32Array;
  readonly count: number;
  readonly #records: Int32Array;
  readonly #longWords: BigInt64Array;
  readonly #chunk = new BigInt64Array(CHUNK_RECORDS * LONGS);
  readonly #chunks: readonly BigInt64Array[];
  #chunkIndex = -1;
  readonly #pieces: readonly Int32Array[];

  constructor(records: Int32Array, count: number) {
    this.count = count;
    this.words = new Int32Array(count * TICK_WORDS);
    this.bytes = Buffer.from(this.words.buffer);
    this.#records = records;
    this.#longWords = new BigInt64Array(this.words.buffer);
    const isCopiedByWord = count <= WORD_COPY_TICKS_MAX;
    this.#chunks = isCopiedByWord ? chunksOf(records) : [];
    const divides = !isCopiedByWord && RECORD_COUNT % count === 0;
    this.#pieces = Array.from({ length: divides ? RECORD_COUNT / count : 0 }, (_, piece) =>
      records.subarray(piece * count * TICK_WORDS, (piece + 1) * count * TICK_WORDS),
    );
  }

  /** Fills it with the records of the positions from `position`. */
  prepare(position: number): void {
    const first = recordAt(position);
    if (this.count <= WORD_COPY_TICKS_MAX) {
      for (let tick = 0; tick < this.count; tick++) this.#copyOne(first + tick, tick);
      return;
    }
    const piece = first % this.count === 0 ? this.#pieces[first / this.count] : undefined;
    if (piece !== undefined) this.words.set(piece);
    else this.#copyBlock(first);
  }

  #copyOne(record: number, tick: number): void {
    const index = (record & (RECORD_COUNT - 1)) >>> CHUNK_SHIFT;
    if (index !== this.#chunkIndex) this.#fetch(index);
    const words = this.#longWords;
    const records = this.#chunk;
    const from = (record & (CHUNK_RECORDS - 1)) * LONGS;
    const to = tick * LONGS;
    words[to] = records[from]!;
    words[to + 1] = records[from + 1]!;
    words[to + 2] = records[from + 2]!;
    words[to + 3] = records[from + 3]!;
    words[to + 4] = records[from + 4]!;
    words[to + 5] = records[from + 5]!;
    words[to + 6] = records[from + 6]!;
    words[to + 7] = records[from + 7]!;
  }

  #fetch(index: number): void {
    this.#chunk.set(this.#chunks[index]!);
    this.#chunkIndex = index;
  }

  /** In two parts where it goes round the end of the records. */
  #copyBlock(first: number): void {
    const beforeEnd = Math.min(this.count, RECORD_COUNT - first);
    const from = first * TICK_WORDS;
    this.words.set(this.#records.subarray(from, from + beforeEnd * TICK_WORDS));
    const rest = (this.count - beforeEnd) * TICK_WORDS;
    if (rest > 0) this.words.set(this.#records.subarray(0, rest), beforeEnd * TICK_WORDS);
  }
}

function chunksOf(records: Int32Array): readonly BigInt64Array[] {
  const longs = new BigInt64Array(records.buffer, records.byteOffset, records.length / 2);
  const longsOfChunk = CHUNK_RECORDS * LONGS;
  return Array.from({ length: RECORD_COUNT / CHUNK_RECORDS }, (_, chunk) =>
    longs.subarray(chunk * longsOfChunk, (chunk + 1) * longsOfChunk),
  );
}
