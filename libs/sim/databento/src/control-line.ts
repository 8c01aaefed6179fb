/**
 * Lines of the live gateway's text protocol: `key=value|key=value`, each ended by a newline. They
 * are what both sides say before the records, and what a client says afterwards.
 *
 * @see https://databento.com/docs/api-reference-live (client and gateway control messages)
 */

export type ControlFields = ReadonlyMap<string, string>;

/** The fields of a line without its newline; an empty piece between two bars is passed over. */
export function controlFields(line: string): ControlFields {
  const fields = new Map<string, string>();
  for (const piece of line.split('|')) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    if (equals < 0) fields.set(piece, '');
    else fields.set(piece.slice(0, equals), piece.slice(equals + 1));
  }
  return fields;
}

/** A line of fields, ended. */
export function controlLine(fields: Readonly<Record<string, string | number>>): string {
  const pieces = Object.entries(fields).map(([key, value]) => `${key}=${value}`);
  return `${pieces.join('|')}\n`;
}

const NEWLINE = 0x0a;

/** Lines of a stream of bytes that comes in pieces of any size. What is held is bounded. */
export class LineReader {
  readonly #bytesMax: number;
  #held: Uint8Array = new Uint8Array(0);

  /** @param bytesMax - Of one line, its newline included. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Bytes of a line that has not ended. */
  get heldBytes(): number {
    return this.#held.length;
  }

  /** The lines that end in a piece, without newlines; undefined when one is too long. */
  push(piece: Uint8Array): string[] | undefined {
    const lines: string[] = [];
    let from = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, from)) {
      if (this.#held.length + end + 1 - from > this.#bytesMax) return undefined;
      lines.push(this.#joined(piece.subarray(from, end)).replace(/\r$/, ''));
      from = end + 1;
    }
    const rest = piece.subarray(from);
    if (this.#held.length + rest.length >= this.#bytesMax) return undefined;
    this.#held = concat(this.#held, rest);
    return lines;
  }

  #joined(end: Uint8Array): string {
    const line = Buffer.from(concat(this.#held, end)).toString('utf8');
    this.#held = new Uint8Array(0);
    return line;
  }
}

function concat(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const joined = new Uint8Array(head.length + tail.length);
  joined.set(head);
  joined.set(tail, head.length);
  return joined;
}
