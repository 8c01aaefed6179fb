// Goal: the example of the README works as it says. Method: datagrams through it; its text beside
// the page's.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ChannelReader } from '../example/channel-reader.ts';
import { Verdict } from './index.ts';
import type { Leg } from './index.ts';

const MS = 1e6;

function reading(): { reader: ChannelReader; told: string[] } {
  const told: string[] = [];
  const reader = new ChannelReader(
    {
      decode: (bytes, start, end) => told.push(new TextDecoder().decode(bytes.slice(start, end))),
      recover: ({ first, count, noticedBy }) =>
        told.push(`recover ${first} x${count} ${noticedBy}`),
      alarm: (what) => told.push(what),
    },
    0,
  );
  return { reader, told };
}

function datagram(sequence: number, text: string): Uint8Array {
  const bytes = new Uint8Array([...new Uint8Array(12), ...new TextEncoder().encode(text)]);
  new DataView(bytes.buffer).setUint32(0, sequence, true);
  return bytes;
}

describe('the example', () => {
  test('is the one that the README shows', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const code = readFileSync(new URL('../example/channel-reader.ts', import.meta.url), 'utf8');
    expect(readme).toContain(code.slice(code.indexOf('const HEADER_BYTES')).trim());
  });

  test('decodes each packet once, recovers what both lines lost, and says who is silent', () => {
    const { reader, told } = reading();
    const send = (leg: Leg, [sequence, text]: readonly [number, string], atMs: number): Verdict =>
      reader.onDatagram(leg, datagram(sequence, text), { hi: 0, lo: 0, monotonicNs: atMs * MS });
    send(0, [1, 'one'], 0);
    send(1, [1, 'one'], 0);
    send(0, [3, 'three'], 1);
    send(1, [2, 'two'], 2);
    send(0, [5, 'five'], 3);
    reader.onBatchEnd(12 * MS);
    expect(told).toEqual(['one', 'two', 'three']);
    reader.onBatchEnd(13 * MS);
    expect(send(1, [999_999, 'far'], 14)).toBe(Verdict.OutOfWindow);
    reader.onBatchEnd(33_003 * MS);
    expect(told.slice(3)).toEqual([
      'recover 4 x1 timer',
      'five',
      'sequence 999999',
      'line A is silent',
    ]);
    reader.onBatchEnd(reader.arbiter.nextDueNs);
    expect(told.slice(-2)).toEqual(['line B is silent', 'the channel is silent']);
  });
});
