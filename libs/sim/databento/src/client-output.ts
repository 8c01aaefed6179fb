/** The way to a client, plain or compressed, with what waits on it bounded. */
import type { Socket } from 'node:net';
import { constants, createZstdCompress } from 'node:zlib';
import type { ZstdCompress } from 'node:zlib';

/** More than this does not wait in the socket: what comes next stays in the log. */
const SOCKET_BYTES_MAX = 256 * 1024;
/** Of the last record, when a fault cuts it. */
const CUT_BYTES = 5;

export interface ClientOutputOptions {
  readonly socket: Socket;
  readonly compression: 'none' | 'zstd';
  readonly onDrain: () => void;
}

export class ClientOutput {
  readonly #socket: Socket;
  readonly #packer: ZstdCompress | undefined;

  constructor({ socket, compression, onDrain }: ClientOutputOptions) {
    this.#socket = socket;
    if (compression === 'none') return;
    const packer = createZstdCompress();
    packer.on('drain', onDrain);
    packer.on('error', () => socket.destroy());
    packer.pipe(socket);
    this.#packer = packer;
  }

  get hasRoom(): boolean {
    const packed = this.#packer?.writableLength ?? 0;
    return this.#socket.writableLength + packed < SOCKET_BYTES_MAX;
  }

  write(bytes: Uint8Array): void {
    (this.#packer ?? this.#socket).write(bytes);
  }

  /** Lets go what the compression holds back: what has been said can be read. */
  flush(): void {
    this.#packer?.flush(constants.ZSTD_e_flush);
  }

  end(): void {
    (this.#packer ?? this.#socket).end();
  }

  /** A fault: the last of these records loses its end, and the connection is reset behind it. */
  cut(bytes: Uint8Array): void {
    (this.#packer ?? this.#socket).write(bytes.subarray(0, bytes.length - CUT_BYTES), () => {
      this.#socket.resetAndDestroy();
    });
  }
}
