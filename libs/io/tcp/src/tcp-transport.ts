/**
 * Streams over TCP whose later part may be compressed with zstd, as Databento's live gateway
 * sends them:
 *
 *   socket ──▶ one buffer, used again for each piece ──▶ frame ──▶ zstd, on a thread ──▶ give
 *      ▲                                                            │
 *      └───────────── not read while more than INFLATE_BYTES_MAX wait
 *
 * What is not read waits in the kernel, then with the sender: nothing grows here. An end is told
 * after what came before it, what was still being decompressed included.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import * as zlib from 'node:zlib';
import type { Transform } from 'node:stream';

/** One read of a socket at most. */
const PIECE_BYTES = 256 * 1024;
/** Compressed bytes that wait to be decompressed, of one connection, and a piece. */
export const INFLATE_BYTES_MAX = 1024 * 1024;
const INFLATED_CHUNK_BYTES = 256 * 1024;
/** The kernel asks a silent peer so soon whether it is there; a protocol's heartbeat is sooner. */
const KEEP_ALIVE_MS = 60_000;
const NOTHING = new Uint8Array(0);
/** Whether this version of Node has zstd: from 22.15 on. */
export const HAS_ZSTD = typeof zlib.createZstdDecompress === 'function';

export interface TcpHandlers {
  open(): void;
  /** A piece of the stream, of any size: valid during the call only. */
  frame(bytes: Uint8Array): void;
  /** Once, whatever the reason; nothing comes after it. */
  close(reason: string): void;
}

export interface TcpSocket {
  send(text: string): void;
  /** Says that nothing more will be sent; pieces may come until `close` is called back. */
  close(): void;
  /** At once, and without a word to `close`. */
  terminate(): void;
}

/** Sockets of one program. `dial` and `inflate` belong together: a full one stops the other. */
export class TcpTransport {
  /** Whose piece is being taken: what is then to be decompressed is of it. */
  #reading: Connection | undefined;
  readonly #connections = new Set<Connection>();
  #isHeld = false;

  /**
   * While held, no socket is read: what comes waits in the kernel, then with the sender. What was
   * read before may still be handed on, INFLATE_BYTES_MAX and a piece of each connection at most.
   */
  hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    for (const connection of this.#connections) connection.hold(isHeld);
  }

  /**
   * Dials `tcp://host:port`; the host is resolved anew each time. Nothing is thrown for a host that
   * cannot be reached: `close` is called back with the reason.
   * @throws TypeError for a text that is no URL.
   */
  readonly dial = (url: string, handlers: TcpHandlers): TcpSocket => {
    const { hostname, port } = new URL(url);
    const connection = new Connection(handlers, () => this.#connections.delete(connection));
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port),
      ...{ noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS },
      onread: {
        buffer: new Uint8Array(PIECE_BYTES),
        callback: (count, buffer) => {
          this.#reading = connection;
          connection.take(buffer.subarray(0, count));
          this.#reading = undefined;
          return true;
        },
      },
    });
    connection.attach(socket);
    this.#connections.add(connection);
    if (this.#isHeld) connection.hold(true);
    return connection;
  };

  /**
   * Decompression of the connection whose piece is first pushed; bytes that are no zstd end it.
   * @throws Error where this version of Node has no zstd (before 22.15).
   */
  readonly inflate = (give: (bytes: Uint8Array) => void): { push(bytes: Uint8Array): void } => {
    if (!HAS_ZSTD) {
      throw new Error(`Node ${process.versions.node} has no zstd: it came with 22.15`);
    }
    const stream = zlib.createZstdDecompress({ chunkSize: INFLATED_CHUNK_BYTES });
    let connection: Connection | undefined;
    stream.on('data', (bytes: Uint8Array) => {
      if (connection?.isOver !== true) give(bytes);
    });
    return {
      push: (bytes) => {
        if (connection === undefined) {
          connection = this.#reading;
          connection?.through(stream);
        }
        // The buffer it lies in is used again for the next piece.
        stream.write(bytes.slice());
        connection?.holdBack(stream);
      },
    };
  };
}

/** One socket, and what decompresses its stream once there is such a thing. */
class Connection implements TcpSocket {
  readonly #handlers: TcpHandlers;
  #socket: Socket | undefined;
  #stream: Transform | undefined;
  readonly #forget: () => void;
  #reason = 'closed by the server';
  /** Why it is not read: its owner's wish, and too much that waits to be decompressed. */
  #isHeld = false;
  #isFull = false;
  isOver = false;

  constructor(handlers: TcpHandlers, forget: () => void) {
    this.#handlers = handlers;
    this.#forget = forget;
  }

  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#flow();
  }

  attach(socket: Socket): void {
    this.#socket = socket;
    socket.on('connect', () => this.#handlers.open());
    socket.on('error', (error) => (this.#reason = reasonOf(error)));
    socket.on('close', () => this.#ended());
  }

  take(bytes: Uint8Array): void {
    if (!this.isOver) this.#handlers.frame(bytes);
  }

  through(stream: Transform): void {
    this.#stream = stream;
    stream.on('drain', () => {
      this.#isFull = false;
      this.#flow();
    });
    stream.on('error', (error) => {
      this.#reason = reasonOf(error);
      this.#socket?.destroy();
      this.#over();
    });
  }

  holdBack(stream: Transform): void {
    if (stream.writableLength <= INFLATE_BYTES_MAX) return;
    this.#isFull = true;
    this.#flow();
  }

  #flow(): void {
    if (this.#isHeld || this.#isFull) this.#socket?.pause();
    else this.#socket?.resume();
  }

  send(text: string): void {
    if (!this.isOver) this.#socket?.write(text);
  }

  close(): void {
    this.#socket?.end();
  }

  terminate(): void {
    this.isOver = true;
    this.#forget();
    this.#socket?.destroy();
    this.#stream?.destroy();
  }

  #ended(): void {
    const stream = this.#stream;
    if (stream === undefined || stream.destroyed) this.#over();
    else {
      // Not `end`: a frame that is cut would be an error, which discards what waits to be read.
      stream.write(NOTHING, () => {
        while (stream.read() !== null);
        this.#over();
      });
    }
  }

  #over(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#forget();
    this.#handlers.close(this.#reason);
    this.#stream?.destroy();
  }
}

function reasonOf(error: Error): string {
  return 'code' in error ? `${String(error.code)}: ${error.message}` : error.message;
}
