import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StampNs } from '@tickwire/core';
import { CaptureFile } from './capture-file.ts';
import { formatStampNs } from './stamp-text.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const LINE_END = Uint8Array.of(NEWLINE);

export interface RawCaptureWriterCounts {
  ws: number;
  rest: number;
  /** Records not written because the bound was reached. */
  dropped: number;
  /** Records in which line breaks became spaces: in JSON they mean the same. */
  unwrapped: number;
}

/**
 * Writes Tickwire's own raw capture:
 *
 *   ws.txt     <receive time, ns> <text of the frame>
 *   rest.txt   <receive time, ns> <METHOD> <path?query> <body>
 *
 * One record is one line. Once `bytesMax` is reached, further records are counted and dropped: a
 * recording never fills the disk, and its end is a clean one.
 */
export class RawCaptureWriter {
  readonly counts: RawCaptureWriterCounts = { ws: 0, rest: 0, dropped: 0, unwrapped: 0 };
  readonly #ws: CaptureFile;
  readonly #rest: CaptureFile;
  readonly #bytesMax: number;

  /**
   * @param options.bytesMax - Bound of both files together. Default 1 GiB.
   * @throws the system's error; `EEXIST` when the folder holds a capture already.
   */
  constructor(options: { directory: string; bytesMax?: number }) {
    mkdirSync(options.directory, { recursive: true, mode: 0o750 });
    this.#ws = new CaptureFile(join(options.directory, 'ws.txt'));
    this.#rest = new CaptureFile(join(options.directory, 'rest.txt'));
    this.#bytesMax = options.bytesMax ?? 1024 * 1024 * 1024;
  }

  /** A frame as received. Returns false when it was dropped. */
  ws(tsRecv: Readonly<StampNs>, text: Uint8Array): boolean {
    if (!this.#write(this.#ws, `${formatStampNs(tsRecv)} `, text)) return false;
    this.counts.ws += 1;
    return true;
  }

  /** An HTTP answer as received. `path` begins with `/` and holds no space. */
  rest(
    tsRecv: Readonly<StampNs>,
    answer: { method: string; path: string; body: Uint8Array },
  ): boolean {
    const prefix = `${formatStampNs(tsRecv)} ${answer.method} ${answer.path} `;
    if (!this.#write(this.#rest, prefix, answer.body)) return false;
    this.counts.rest += 1;
    return true;
  }

  /** Makes both files durable and closes them. */
  close(): void {
    try {
      this.#ws.close();
    } finally {
      this.#rest.close();
    }
  }

  #write(file: CaptureFile, prefix: string, body: Uint8Array): boolean {
    const length = prefix.length + body.length + 1;
    if (this.#ws.bytes + this.#rest.bytes + length > this.#bytesMax) {
      this.counts.dropped += 1;
      return false;
    }
    file.write(Buffer.from(prefix, 'latin1'));
    file.write(this.#oneLine(body));
    file.write(LINE_END);
    return true;
  }

  #oneLine(body: Uint8Array): Uint8Array {
    if (!body.includes(NEWLINE) && !body.includes(RETURN)) return body;
    this.counts.unwrapped += 1;
    return body.map((byte) => (byte === NEWLINE || byte === RETURN ? SPACE : byte));
  }
}
