import type { Socket } from 'node:net';

type Written = (error?: Error | null) => void;

/**
 * Lets everything written to a socket leave in pieces of at most `bytes` bytes, each in a write and
 * a turn of the event loop of its own: a client that takes a read for a message is found out.
 */
export function chopWrites(socket: Socket, bytes: () => number | undefined): void {
  const write = socket.write.bind(socket);
  const waiting: { chunk: Uint8Array; written: Written | undefined }[] = [];
  let isBusy = false;

  function next(): void {
    const piece = waiting.shift();
    isBusy = piece !== undefined;
    if (piece === undefined || socket.destroyed) return;
    write(piece.chunk, (error) => {
      piece.written?.(error);
      setImmediate(next);
    });
  }

  socket.write = (chunk: unknown, second?: unknown, third?: unknown): boolean => {
    const written = [second, third].find((given): given is Written => typeof given === 'function');
    const size = bytes();
    if (!(chunk instanceof Uint8Array) || (size === undefined && !isBusy)) {
      return write(chunk as Uint8Array, written);
    }
    const step = size ?? chunk.length;
    for (let at = 0; at < chunk.length; at += step) {
      const isLast = at + step >= chunk.length;
      waiting.push({ chunk: chunk.subarray(at, at + step), written: isLast ? written : undefined });
    }
    if (!isBusy) next();
    return socket.writableLength < socket.writableHighWaterMark;
  };
}
