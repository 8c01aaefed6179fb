// Goal: messages come whole whatever pieces the bytes come in. Method: every split of a stream.
import { describe, expect, test } from 'vitest';
import { delimitedFraming, lengthFraming } from './message-framing.ts';
import type { MessageFraming } from './message-framing.ts';

const MESSAGES = ['', 'a', 'some text', 'x'.repeat(200)];

function streamOf(framing: MessageFraming): Buffer {
  const frames = MESSAGES.map((message) => {
    const { bytes, start, end } = framing.write(message);
    return Buffer.from(bytes.subarray(start, end));
  });
  return Buffer.concat(frames);
}

describe.each<[string, MessageFraming]>([
  ['line ends', delimitedFraming({ messageBytesMax: 1_000 })],
  ['CR LF', delimitedFraming({ delimiter: '\r\n', messageBytesMax: 1_000 })],
  [
    'u16 little-endian',
    lengthFraming({ lengthBytes: 2, endian: 'little', messageBytesMax: 1_000 }),
  ],
  [
    'u32 big-endian that counts itself',
    lengthFraming({ lengthBytes: 4, endian: 'big', countsItself: true, messageBytesMax: 1_000 }),
  ],
])('framing by %s', (_, framing) => {
  test('gives every message back, split at every byte', () => {
    const stream = streamOf(framing);
    for (let at = 0; at <= stream.length; at += 1) {
      const reader = framing.reader();
      const parts = [stream.subarray(0, at), stream.subarray(at)];
      const read = parts.flatMap((part) => reader.push(part).map(String));
      expect(read).toEqual(MESSAGES);
    }
  });

  test('refuses a message beyond its bound', () => {
    const { bytes, start, end } = framing.write('y'.repeat(1_100));
    for (const cut of [0, 50]) {
      const part = Buffer.from(bytes.subarray(start, end - cut));
      expect(() => framing.reader().push(part)).toThrow(RangeError);
    }
  });
});
