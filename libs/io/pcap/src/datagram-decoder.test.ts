// Goal: the payload of every UDP datagram and TCP segment is given with its addresses, and every
// other frame is counted with its reason. Method: frames put together for each link type and each
// thing that can stand before a payload, cut at every byte, and 20,000 mutations.
import { describe, expect, test } from 'vitest';
import { seededRandom, testSeed } from '@tickwire/testing';
import {
  bytesOf,
  classicPcap,
  ethernetFrame,
  ipv4Packet,
  ipv6Packet,
} from '../test/capture-bytes.ts';
import { joined, tcpSegment, udpSegment } from '../test/capture-bytes.ts';
import { decode } from '../test/read-datagrams.ts';
import { DatagramDecoder } from './datagram-decoder.ts';
import { PcapError } from './errors.ts';

const PAYLOAD = bytesOf('cafe0102030405060708');
const UDP_V4 = ipv4Packet({ protocol: 17, payload: udpSegment(PAYLOAD) });
const UDP_V6 = ipv6Packet(17, udpSegment(PAYLOAD));

function payloads(frames: readonly Uint8Array[], linkType = 1): string[] {
  return decode(frames, linkType).datagrams.map(({ payload }) => payload);
}

const HEX = Buffer.from(PAYLOAD).toString('hex');

describe('link layers', () => {
  test.each([
    ['Ethernet', 1, ethernetFrame(0x0800, UDP_V4)],
    ['Ethernet with a VLAN tag', 1, ethernetFrame(0x0800, UDP_V4, 0x8100)],
    ['Ethernet with two VLAN tags', 1, ethernetFrame(0x86dd, UDP_V6, 0x88a8, 0x8100)],
    ['Ethernet with padding', 1, joined(ethernetFrame(0x0800, UDP_V4), new Uint8Array(20))],
    ['raw IP, version 4', 101, UDP_V4],
    ['raw IP, version 6', 101, UDP_V6],
    ['raw IP by another number', 12, UDP_V4],
    ['IPv4', 228, UDP_V4],
    ['IPv6', 229, UDP_V6],
    ['Linux cooked', 113, joined(new Uint8Array(14), bytesOf('0800'), UDP_V4)],
    ['Linux cooked, version 2', 276, joined(bytesOf('86dd'), new Uint8Array(18), UDP_V6)],
    ['null, little-endian', 0, joined(bytesOf('02000000'), UDP_V4)],
    ['null, big-endian', 0, joined(bytesOf('0000001e'), UDP_V6)],
    ['loop', 108, joined(bytesOf('00000002'), UDP_V4)],
  ])('%s', (_name, linkType, frame) => {
    expect(decode([frame], linkType)).toMatchObject({ datagrams: [{ payload: HEX }], counts: {} });
  });

  test.each([
    ['ARP', 1, ethernetFrame(0x0806, new Uint8Array(28)), 'notIp'],
    ['five VLAN tags', 1, ethernetFrame(0x0800, UDP_V4, ...Array<number>(5).fill(0x8100)), 'notIp'],
    ['a length instead of a type', 1, ethernetFrame(0x0026, new Uint8Array(38)), 'notIp'],
    ['another family', 0, joined(bytesOf('07000000'), UDP_V4), 'notIp'],
    ['IP of version 5', 101, bytesOf('50'), 'notIp'],
    ['a link type that is not read', 105, UDP_V4, 'unsupportedLink'],
  ])('%s is counted', (_name, linkType, frame, reason) => {
    expect(decode([frame], linkType)).toEqual({ datagrams: [], counts: { [reason]: 1 } });
  });
});

describe('addresses, ports and time', () => {
  test('are those of the packet and of the capture', () => {
    const { datagrams } = decode([ethernetFrame(0x0800, UDP_V4), ethernetFrame(0x86dd, UDP_V6)]);
    expect(datagrams[0]).toEqual({
      transport: 'udp',
      source: { address: '10.0.0.1', port: 14_310 },
      target: { address: '224.0.31.1', port: 15_310 },
      payload: HEX,
      tsNs: { hi: 0x14d1_120d, lo: 0x8271_ca00 },
      offset: 24,
      index: 0,
    });
    expect(datagrams[1]).toMatchObject({
      source: { address: '2001:db8::1' },
      target: { address: 'ff02::1:2' },
      offset: 24 + 16 + 14 + UDP_V4.length,
      index: 1,
    });
  });
});

describe('IPv4', () => {
  const packet = (parts: Partial<Parameters<typeof ipv4Packet>[0]>) =>
    ipv4Packet({ protocol: 17, payload: udpSegment(PAYLOAD), ...parts });

  test('has options', () => {
    expect(payloads([packet({ options: bytesOf('94040000') })], 101)).toEqual([HEX]);
    expect(payloads([packet({ options: new Uint8Array(40) })], 101)).toEqual([HEX]);
  });

  test('without a length goes to the end of the frame', () => {
    expect(payloads([packet({ totalBytes: 0 })], 101)).toEqual([HEX]);
  });

  test.each([
    ['the first fragment', { fragment: 0x2000 }, 'fragment'],
    ['a later fragment', { fragment: 0x00b9 }, 'fragment'],
    ['ICMP', { protocol: 1 }, 'notUdpOrTcp'],
    ['a length below its header', { totalBytes: 19 }, 'badHeader'],
    ['a length above the frame', { totalBytes: 999 }, 'cut'],
    ['a UDP length below its header', { payload: udpSegment(PAYLOAD, 7) }, 'badHeader'],
    ['a UDP length above the packet', { payload: udpSegment(PAYLOAD, 19) }, 'badHeader'],
    ['no room for UDP', { payload: new Uint8Array(7) }, 'badHeader'],
  ])('%s is counted', (_name, parts, reason) => {
    expect(decode([packet(parts)], 101)).toEqual({ datagrams: [], counts: { [reason]: 1 } });
  });

  test('a header of 16 bytes is counted', () => {
    const bad = UDP_V4.slice();
    bad[0] = 0x44;
    expect(decode([bad], 101).counts).toEqual({ badHeader: 1 });
  });

  test('a UDP length below the packet ends the payload', () => {
    const short = packet({ payload: udpSegment(PAYLOAD, 10) });
    expect(payloads([short], 101)).toEqual(['cafe']);
  });
});

describe('IPv6', () => {
  const udp = udpSegment(PAYLOAD);
  const extension = (next: number, ...rest: number[]) => {
    const header = new Uint8Array(8);
    header.set([next, ...rest]);
    return header;
  };

  test.each([
    ['hop-by-hop options', 0, extension(17, 0)],
    ['routing', 43, joined(extension(17, 1), new Uint8Array(8))],
    ['destination options', 60, extension(17, 0)],
    ['authentication', 51, joined(extension(17, 4), new Uint8Array(16))],
    ['a whole packet as one fragment', 44, extension(17, 0, 0, 0)],
    ['two headers', 0, joined(extension(60, 0), extension(17, 0))],
  ])('has %s', (_name, next, headers) => {
    expect(payloads([ipv6Packet(next, joined(headers, udp))], 101)).toEqual([HEX]);
  });

  test('without a length goes to the end of the frame', () => {
    expect(payloads([ipv6Packet(17, udp, 0)], 101)).toEqual([HEX]);
  });

  test.each([
    ['the first fragment', ipv6Packet(44, joined(extension(17, 0, 0, 1), udp)), 'fragment'],
    ['a later fragment', ipv6Packet(44, joined(extension(17, 0, 1, 0), udp)), 'fragment'],
    ['ICMPv6', ipv6Packet(58, udp), 'notUdpOrTcp'],
    ['no next header', ipv6Packet(59, udp), 'notUdpOrTcp'],
    ['a length above the frame', ipv6Packet(17, udp, 99), 'cut'],
    [
      'an extension longer than the packet',
      ipv6Packet(0, joined(extension(17, 9), udp)),
      'badHeader',
    ],
    [
      'nine extensions',
      ipv6Packet(60, joined(...Array.from({ length: 9 }, () => extension(60, 0)), udp)),
      'badHeader',
    ],
  ])('%s is counted', (_name, frame, reason) => {
    expect(decode([frame], 101)).toEqual({ datagrams: [], counts: { [reason]: 1 } });
  });
});

test.each([
  ['Ethernet', 1, ethernetFrame(0x0800, UDP_V4, 0x8100)],
  ['Linux cooked', 113, joined(new Uint8Array(14), bytesOf('0800'), UDP_V4)],
  ['Linux cooked, version 2', 276, joined(bytesOf('86dd'), new Uint8Array(18), UDP_V6)],
  ['null', 0, joined(bytesOf('02000000'), UDP_V4)],
  ['raw IP', 101, UDP_V6],
])('a frame of %s that was cut at any byte is counted as cut', (_name, linkType, frame) => {
  for (let cut = 0; cut < frame.length; cut += 1) {
    const found = decode([frame.subarray(0, cut)], linkType);
    expect(found).toEqual({ datagrams: [], counts: { cut: 1 } });
  }
});

test('of 20,000 mutated frames each is a datagram within its frame, or counted', () => {
  const random = seededRandom(testSeed());
  const below = (end: number) => Math.floor(random() * end);
  const sources: (readonly [Uint8Array, number])[] = [
    [ethernetFrame(0x0800, UDP_V4, 0x8100), 1],
    [
      ethernetFrame(
        0x86dd,
        ipv6Packet(0, joined(bytesOf('1100000000000000'), udpSegment(PAYLOAD))),
      ),
      1,
    ],
    [ipv4Packet({ protocol: 6, payload: tcpSegment({ sequence: 5, payload: PAYLOAD }) }), 101],
    [joined(bytesOf('0000001e'), UDP_V6), 0],
  ];
  for (let round = 0; round < 20_000; round += 1) {
    const [source, linkType] = sources[below(sources.length)]!;
    const frame = source.slice(0, random() < 0.2 ? below(source.length) : source.length);
    for (let changes = below(4); changes > 0 && frame.length > 0; changes -= 1) {
      frame[below(frame.length)] = random() < 0.5 ? [0, 0x7f, 0x80, 0xff][below(4)]! : below(256);
    }
    const { datagrams, counts } = decode([frame], linkType);
    for (const { payload } of datagrams) {
      expect(payload.length / 2).toBeLessThanOrEqual(frame.length);
    }
    const counted = Object.values(counts).reduce((sum, count) => sum + count, 0);
    expect(counted + datagrams.length).toBe(1);
  }
});

test('an end of the file within a packet is an error after the datagrams before it', () => {
  const file = classicPcap([ethernetFrame(0x0800, UDP_V4), ethernetFrame(0x0800, UDP_V4)]);
  const decoder = new DatagramDecoder();
  decoder.push(file.subarray(0, file.length - 1));
  expect(decoder.next()).toBeDefined();
  expect(decoder.next()).toBeUndefined();
  const offset = 24 + 16 + 14 + UDP_V4.length;
  expect(() => decoder.end()).toThrow(PcapError);
  expect(() => decoder.end()).toThrow(expect.objectContaining({ code: 'TRUNCATED', offset }));
});
