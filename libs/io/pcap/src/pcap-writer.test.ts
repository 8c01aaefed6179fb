import { describe, expect, test } from 'vitest';
import { bytesOf, joined } from '../test/capture-bytes.ts';
import { DatagramDecoder } from './datagram-decoder.ts';
import { PcapWriter } from './pcap-writer.ts';
import { udpFrame } from './udp-frame.ts';

const TS = { hi: 0x14d1_1263, lo: 0xdaa9_ecb1 };
const SOURCE = { address: '10.0.0.1', port: 14_310 };
const TARGET = { address: '224.0.31.1', port: 15_310 };

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

describe('a capture that is written', () => {
  test('is these bytes', () => {
    const pieces: Uint8Array[] = [];
    const writer = new PcapWriter((bytes) => pieces.push(bytes), { linkType: 101 });
    writer.frame({ hi: 0, lo: 2_000_000_001 }, bytesOf('0102030405'));
    expect(hex(joined(...pieces))).toBe(
      hex(
        bytesOf(`4d3cb2a1 0200 0400 00000000 00000000 00000400 65000000
          02000000 01000000 05000000 05000000 0102030405`),
      ),
    );
  });

  test('is read again with every ns', () => {
    const pieces: Uint8Array[] = [];
    const writer = new PcapWriter((bytes) => pieces.push(bytes));
    const payload = bytesOf('00ff7f80');
    writer.frame(TS, udpFrame({ source: SOURCE, target: TARGET, payload }));
    const decoder = new DatagramDecoder();
    decoder.push(joined(...pieces));
    expect(decoder.next()).toMatchObject({
      transport: 'udp',
      source: SOURCE,
      target: TARGET,
      payload,
      tsNs: TS,
    });
    decoder.end();
  });

  test('holds times before 2106, and frames up to 256 KiB', () => {
    const writer = new PcapWriter(() => undefined);
    const last = 2n ** 32n * 1_000_000_000n - 1n;
    const stamp = (ns: bigint) => ({ hi: Number(ns >> 32n), lo: Number(ns & 0xffff_ffffn) });
    writer.frame(stamp(last), new Uint8Array(262_144));
    const refused = expect.objectContaining({ code: 'OUT_OF_RANGE' });
    expect(() => writer.frame(stamp(last + 1n), new Uint8Array(1))).toThrow(refused);
    expect(() => writer.frame(TS, new Uint8Array(262_145))).toThrow(refused);
  });
});

/** The sum over what a checksum covers is all ones when it is right. */
function foldedSum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at]! << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

describe('a datagram as a frame', () => {
  test('is these bytes', () => {
    const frame = udpFrame({ source: SOURCE, target: TARGET, payload: bytesOf('cafe') });
    expect(hex(frame)).toBe(
      hex(
        bytesOf(`01005e001f01 02000a000001 0800
          4500 001e 0000 4000 4011 31cd 0a000001 e0001f01
          37e6 3bce 000a b824 cafe`),
      ),
    );
  });

  test.each([[''], ['00'], ['cafe01'], ['ffffffffffff']])('has right checksums with %j', (text) => {
    const payload = bytesOf(text);
    const frame = udpFrame({ source: SOURCE, target: TARGET, payload });
    expect(foldedSum(frame.subarray(14, 34))).toBe(0xffff);
    const pseudo = joined(frame.subarray(26, 34), Uint8Array.of(0, 17, 0, 8 + payload.length));
    expect(foldedSum(joined(pseudo, frame.subarray(34)))).toBe(0xffff);
  });

  test('never has the checksum 0, which means none', () => {
    for (let value = 0; value < 65_536; value += 1) {
      const payload = Uint8Array.of(value >> 8, value & 0xff);
      const frame = udpFrame({ source: SOURCE, target: TARGET, payload });
      if (frame[40] === 0 && frame[41] === 0) throw new Error(`0 with ${value}`);
    }
  });

  test('takes addresses of IPv4, ports of 16 bits and what a datagram holds', () => {
    const refused = expect.objectContaining({ code: 'OUT_OF_RANGE' });
    const frame = (more: Partial<Parameters<typeof udpFrame>[0]>) =>
      udpFrame({ source: SOURCE, target: TARGET, payload: new Uint8Array(0), ...more });
    for (const address of ['1.2.3', '1.2.3.256', '::1', 'localhost', '']) {
      expect(() => frame({ source: { address, port: 1 } })).toThrow(refused);
    }
    for (const port of [-1, 65_536, 0.5]) {
      expect(() => frame({ target: { ...TARGET, port } })).toThrow(refused);
    }
    expect(() => frame({ payload: new Uint8Array(65_508) })).toThrow(refused);
    expect(frame({ payload: new Uint8Array(65_507) })).toHaveLength(65_549);
    const host = frame({ target: { address: '10.0.0.9', port: 1 } });
    expect(hex(host.subarray(0, 6))).toBe('02000a000009');
  });
});
