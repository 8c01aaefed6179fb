/**
 * Raw captures as one stream of events in the order in which they were received.
 *
 *   rest-symbols.txt ─▶ (first of all)
 *   rest*.txt ─▶ lines ─▶ events ┐
 *   ws.txt    ─▶ lines ─▶ events ┼─▶ merged by receive time ─▶ batches
 *   …                            ┘
 *
 * Of two events with the same receive time the HTTP answer comes first, then the file named first;
 * events of one file keep their order in it, also where its clock went back. Memory: one piece and
 * one line a file, whatever its size.
 */
import { readBytes } from './byte-stream.ts';
import { detectCapture } from './capture-format.ts';
import type { RawFile } from './capture-format.ts';
import { CaptureError } from './errors.ts';
import type { OnCaptureProblem } from './errors.ts';
import { LineReader } from './line-reader.ts';
import type { Line } from './line-reader.ts';
import { parseRawLine } from './raw-line.ts';
import type { RawEvent } from './raw-line.ts';

const BATCH_EVENTS = 256;

export interface RawCaptureOptions {
  /** What is skipped, record by record; the reading goes on. */
  onProblem: OnCaptureProblem;
  /** Longest line read. Default 64 MiB. */
  lineBytesMax?: number;
}

/** What the files held so far: counted line by line, before anything is handed on. */
export interface RawCaptureCounts {
  /** Lines of frame files, the malformed ones included. */
  ws: number;
  /** Lines of HTTP files, the malformed ones included. */
  rest: number;
  /** Bytes of the files themselves (compressed ones as they are), for a progress bar. */
  bytes: number;
}

export interface RawCapture {
  readonly files: readonly RawFile[];
  readonly counts: Readonly<RawCaptureCounts>;
  /** The events, at most 256 at a time. Their bytes stay valid. Leaving early closes the files. */
  batches(): AsyncGenerator<RawEvent[]>;
}

/**
 * Opens raw captures: folders with `ws.txt` and `rest*.txt`, or single text files, any of them
 * gzipped. Several are merged by receive time, each with its own connection number.
 *
 * @throws CaptureError `UNREADABLE`, `NOT_A_CAPTURE`, `UNSUPPORTED_FORMAT`.
 */
export async function openRawCapture(
  paths: readonly string[],
  options: RawCaptureOptions,
): Promise<RawCapture> {
  const files: (RawFile & { connection: number })[] = [];
  for (const [connection, path] of paths.entries()) {
    const format = await detectCapture(path);
    if (format.kind !== 'raw') {
      throw new CaptureError('NOT_A_CAPTURE', 'holds ticks, not raw messages', {
        file: path,
        hint: 'ticks are read as they are: leave out --vendor, or give the raw capture',
      });
    }
    files.push(...format.files.map((file) => ({ ...file, connection })));
  }
  const counts: RawCaptureCounts = { ws: 0, rest: 0, bytes: 0 };
  return {
    files,
    counts,
    async *batches() {
      const sources = files.map((file) => new RawFileReader(file, counts, options));
      try {
        yield* merge(sources.filter((source) => source.isFirst));
        yield* merge(sources.filter((source) => !source.isFirst));
      } finally {
        for (const source of sources) await source.close();
      }
    },
  };
}

/** One file, seen as its next event. */
class RawFileReader {
  readonly isFirst: boolean;
  readonly isRest: boolean;
  /** The next event; `undefined` before `advance` and at the end. */
  head: RawEvent | undefined;
  readonly #lines: LineReader;
  readonly #source: { file: string; form: RawFile['form']; connection: number };
  readonly #counts: RawCaptureCounts;
  readonly #onProblem: OnCaptureProblem;
  #bytesRead = 0;

  constructor(
    file: RawFile & { connection: number },
    counts: RawCaptureCounts,
    options: RawCaptureOptions,
  ) {
    this.isFirst = file.isFirst;
    this.isRest = file.form === 'rest-ns' || file.form === 'rest-seconds';
    this.#counts = counts;
    this.#onProblem = (problem) => {
      // A line that is too long is a line all the same.
      if (problem.code === 'OVERSIZE_LINE') this.#count();
      options.onProblem(problem);
    };
    this.#source = { file: file.path, form: file.form, connection: file.connection };
    this.#lines = new LineReader({
      file: file.path,
      source: readBytes(file.path, file.gzip, (bytes) => {
        counts.bytes += bytes - this.#bytesRead;
        this.#bytesRead = bytes;
      }),
      onProblem: this.#onProblem,
      ...(options.lineBytesMax === undefined ? {} : { lineBytesMax: options.lineBytesMax }),
    });
  }

  /** Moves to the next good line without waiting; false when more of the file is needed first. */
  step(): boolean {
    for (;;) {
      const line = this.#lines.next();
      if (line === undefined) return false;
      if (this.#take(line)) return true;
    }
  }

  /** Moves to the next good line; `head` is `undefined` at the end. */
  async advance(): Promise<void> {
    this.head = undefined;
    while (!this.step()) {
      if (await this.#lines.fill()) continue;
      const line = this.#lines.last();
      if (line !== undefined) this.#take(line);
      return;
    }
  }

  close(): Promise<void> {
    return this.#lines.close();
  }

  #take(line: Line): boolean {
    this.#count();
    try {
      this.head = parseRawLine(line, this.#source);
      return true;
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      this.#onProblem(error);
      return false;
    }
  }

  #count(): void {
    if (this.isRest) this.#counts.rest += 1;
    else this.#counts.ws += 1;
  }
}

async function* merge(sources: readonly RawFileReader[]): AsyncGenerator<RawEvent[]> {
  for (const source of sources) await source.advance();
  let batch: RawEvent[] = [];
  for (;;) {
    const earliest = earliestOf(sources);
    const event = earliest?.head;
    if (earliest === undefined || event === undefined) break;
    batch.push(event);
    if (batch.length === BATCH_EVENTS) {
      yield batch;
      batch = [];
    }
    if (!earliest.step()) await earliest.advance();
  }
  if (batch.length > 0) yield batch;
}

function earliestOf(sources: readonly RawFileReader[]): RawFileReader | undefined {
  let best: RawFileReader | undefined;
  for (const source of sources) {
    if (source.head === undefined) continue;
    if (best === undefined || isBefore(source, best)) best = source;
  }
  return best;
}

/** Whether the next event of `source` comes before the next one of `other`; both have one. */
function isBefore(source: RawFileReader, other: RawFileReader): boolean {
  const event = source.head;
  const otherEvent = other.head;
  if (event === undefined || otherEvent === undefined) return event !== undefined;
  if (event.tsRecvHi !== otherEvent.tsRecvHi) return event.tsRecvHi < otherEvent.tsRecvHi;
  if (event.tsRecvLo !== otherEvent.tsRecvLo) return event.tsRecvLo < otherEvent.tsRecvLo;
  return source.isRest && !other.isRest;
}
