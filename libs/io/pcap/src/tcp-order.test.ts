import { describe, expect, test } from 'vitest';
import { bytesOf, ipv4Packet, tcpSegment } from '../test/capture-bytes.ts';
import type { TcpParts } from '../test/capture-bytes.ts';
import { decode } from '../test/read-datagrams.ts';

describe('TCP', () => {
  const segment = (parts: TcpParts) => ipv4Packet({ protocol: 6, payload: tcpSegment(parts) });
  const text = (letters: string) => Uint8Array.from(Buffer.from(letters));
  const data = (sequence: number, letters: string, more: Partial<TcpParts> = {}) =>
    segment({ sequence, payload: text(letters), ...more });
  const read = (...frames: Uint8Array[]) => {
    const { datagrams, counts } = decode(frames, 101);
    const letters = datagrams.map(({ payload }) => Buffer.from(payload, 'hex').toString());
    return { letters, counts };
  };

  test('is given segment by segment, with options passed over', () => {
    const options = bytesOf('0101080a0000000100000002');
    const { datagrams } = decode([data(1, 'ab', { options })], 101);
    expect(datagrams).toMatchObject([
      { transport: 'tcp', payload: '6162', source: { port: 9_232 }, target: { port: 56_316 } },
    ]);
  });

  test('without payload is counted', () => {
    const opened = segment({ sequence: 9, payload: text(''), flags: 0x02 });
    const acknowledged = data(10, '');
    const closed = segment({ sequence: 12, payload: text(''), flags: 0x11 });
    const last = data(13, '');
    expect(read(opened, acknowledged, data(10, 'ab'), closed, last)).toEqual({
      letters: ['ab'],
      counts: { emptySegment: 4 },
    });
  });

  test('leaves out what was sent again, whole or in part', () => {
    expect(read(data(10, 'abc'), data(10, 'abc'), data(11, 'b'), data(12, 'cde'))).toEqual({
      letters: ['abc', 'de'],
      counts: { tcpOld: 2 },
    });
  });

  test('counts what is missing, and does not give what comes too late', () => {
    expect(read(data(10, 'ab'), data(15, 'fg'), data(12, 'cde'), data(17, 'h'))).toEqual({
      letters: ['ab', 'fg', 'h'],
      counts: { tcpGaps: 1, tcpOld: 1 },
    });
  });

  test('goes on beyond the end of the numbering', () => {
    expect(read(data(0xffff_ffff, 'ab'), data(1, 'cd'), data(0xffff_ffff, 'ab'))).toEqual({
      letters: ['ab', 'cd'],
      counts: { tcpOld: 1 },
    });
  });

  test('begins anew when a connection is opened again', () => {
    const again = segment({ sequence: 3, payload: text(''), flags: 0x02 });
    expect(read(data(1000, 'ab'), again, data(4, 'cd'))).toMatchObject({ letters: ['ab', 'cd'] });
  });

  test('has an order of its own in each direction of each connection', () => {
    const other = { sourcePort: 1 };
    expect(read(data(10, 'a'), data(99, 'x', other), data(11, 'b'), data(100, 'y', other))).toEqual(
      {
        letters: ['a', 'x', 'b', 'y'],
        counts: {},
      },
    );
  });

  test('forgets the oldest connection above a bound, and says so', () => {
    const flows = Array.from({ length: 4097 }, (_, index) => data(1, 'a', { sourcePort: index }));
    const { letters, counts } = read(...flows, data(1, 'a', { sourcePort: 0 }));
    expect(letters).toHaveLength(4098);
    expect(counts).toEqual({ tcpFlowsForgotten: 2 });
  });

  test('is refused with a header that does not fit', () => {
    const short = tcpSegment({ sequence: 1, payload: text('') });
    short[12] = 0x40;
    const long = tcpSegment({ sequence: 1, payload: text('') });
    long[12] = 0x60;
    const frames = [short, long, short.subarray(0, 19)].map((payload) =>
      ipv4Packet({ protocol: 6, payload }),
    );
    expect(decode(frames, 101)).toEqual({ datagrams: [], counts: { badHeader: 3 } });
  });
});
