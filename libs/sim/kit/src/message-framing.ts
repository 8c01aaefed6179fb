/** How messages are told apart on a stream of bytes. */
import type { FrameSlice, FrameWriter } from './frame-writer.ts';
import type { Payload } from './outgoing-message.ts';

/** Takes bytes as they come and gives whole messages. */
export interface FrameReader {
  /**
   * The messages that are whole now, without their framing. Their bytes are valid until the next
   * call.
   * @throws RangeError when a message is larger than the framing allows.
   */
  push(chunk: Buffer): Buffer[];
}

export interface MessageFraming extends FrameWriter {
  /** One for each connection. */
  reader(): FrameReader;
}

/** Messages end with a delimiter, a line end say, which no message contains. */
export function delimitedFraming(options: {
  readonly delimiter?: string;
  readonly messageBytesMax: number;
}): MessageFraming {
  const delimiter = Buffer.from(options.delimiter ?? '\n');
  return {
    write: (payload) => whole(Buffer.concat([bytesOf(payload), delimiter])),
    reader: () => {
      let rest: Buffer = Buffer.alloc(0);
      return {
        push(chunk) {
          const messages: Buffer[] = [];
          rest = Buffer.concat([rest, chunk]);
          for (let end = rest.indexOf(delimiter); end >= 0; end = rest.indexOf(delimiter)) {
            checkLength(end, options.messageBytesMax);
            messages.push(rest.subarray(0, end));
            rest = rest.subarray(end + delimiter.length);
          }
          checkLength(rest.length, options.messageBytesMax);
          return messages;
        },
      };
    },
  };
}

/** A length goes before each message. */
export function lengthFraming(options: {
  readonly lengthBytes: 1 | 2 | 4;
  readonly endian: 'big' | 'little';
  /** Whether the length counts its own bytes. */
  readonly countsItself?: boolean;
  readonly messageBytesMax: number;
}): MessageFraming {
  const { lengthBytes, endian, messageBytesMax } = options;
  const extra = options.countsItself === true ? lengthBytes : 0;
  return {
    write(payload) {
      const body = bytesOf(payload);
      const head = Buffer.alloc(lengthBytes);
      const length = body.length + extra;
      if (endian === 'big') head.writeUIntBE(length, 0, lengthBytes);
      else head.writeUIntLE(length, 0, lengthBytes);
      return whole(Buffer.concat([head, body]));
    },
    reader: () => {
      let rest: Buffer = Buffer.alloc(0);
      return {
        push(chunk) {
          const messages: Buffer[] = [];
          rest = Buffer.concat([rest, chunk]);
          while (rest.length >= lengthBytes) {
            const length =
              (endian === 'big'
                ? rest.readUIntBE(0, lengthBytes)
                : rest.readUIntLE(0, lengthBytes)) - extra;
            checkLength(length, messageBytesMax);
            if (rest.length < lengthBytes + length) break;
            messages.push(rest.subarray(lengthBytes, lengthBytes + length));
            rest = rest.subarray(lengthBytes + length);
          }
          return messages;
        },
      };
    },
  };
}

function checkLength(length: number, most: number): void {
  if (length < 0 || length > most) {
    throw new RangeError(`a message of ${length} bytes is not in 0 … ${most}`);
  }
}

function bytesOf(payload: Payload): Buffer {
  return typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload);
}

const whole = (bytes: Buffer): FrameSlice => ({ bytes, start: 0, end: bytes.length });
