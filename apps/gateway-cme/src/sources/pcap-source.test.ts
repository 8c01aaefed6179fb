// Goal: a capture gives the packets of the lines with their recorded stamps, in file time or at the
// recorded pace, and what is no packet of theirs is counted. Files are written with PcapWriter.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addNs, stampFromBigInt, stampToBigInt } from '@tickwire/core';
import { PcapWriter, udpFrame } from '@tickwire/io-pcap';
import { FakeClock, capturedData, temporaryDirectory } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { PcapSource } from './pcap-source.ts';

const START_NS = 1_700_000_000_000_000_000n;
const GROUP = '224.0.31.1';

interface Sent {
  readonly atMs: number;
  readonly text: string;
  readonly port?: number;
}

function capture(name: string, sent: readonly Sent[]): string {
  const path = join(temporaryDirectory(), name);
  const pieces: Uint8Array[] = [];
  const writer = new PcapWriter((piece) => pieces.push(piece));
  for (const { atMs, text, port = 14_310 } of sent) {
    const frame = udpFrame({
      source: { address: '10.0.0.1', port: 1 },
      ...{ target: { address: GROUP, port }, payload: Buffer.from(text) },
    });
    const tsNs = stampFromBigInt(START_NS);
    addNs(tsNs, atMs * 1e6);
    writer.frame(tsNs, frame);
  }
  writeFileSync(path, Buffer.concat(pieces));
  return path;
}

function open(files: readonly string[], pace: 'recorded' | 'maximum', address = GROUP) {
  const clock = new FakeClock();
  clock.advance(5_000);
  const packets: { tag: number; text: string; atMs: number; wallNs: bigint }[] = [];
  const counts = { received: 0, foreign: 0 };
  const problems: string[] = [];
  const none = { add: () => undefined };
  const tallies = { kernelDropped: none, cut: none, unread: none };
  const received = { add: (n: number) => void (counts.received += n) };
  const source = new PcapSource({
    ...{ files, clock, pace },
    lines: [{ tag: 3, address, port: 14_310, tallies: { ...tallies, received } }],
    foreign: { add: (n) => void (counts.foreign += n) },
    onPacket: ({ tag, bytes, start, end, recvNs, recvWall }) => {
      const text = Buffer.from(bytes.subarray(start, end)).toString();
      packets.push({ tag, text, atMs: recvNs / 1e6, wallNs: stampToBigInt(recvWall) });
    },
    onProblem: (file, error) => problems.push(`${file.split('/').at(-1)} ${error.name}`),
  });
  return { clock, source, packets, counts, problems };
}

const SENT = [
  { atMs: 0, text: 'a' },
  { atMs: 10, text: 'foreign', port: 1 },
  { atMs: 20, text: 'b' },
  { atMs: 15, text: 'late' },
  { atMs: 500, text: 'c' },
];

describe('a capture', () => {
  test('at maximum pace runs in its own time, which never goes back', () => {
    const { source, packets, counts } = open([capture('a.pcap', SENT)], 'maximum');
    expect([source.nowNs(), source.waitsIn]).toEqual([5e9, 'poll']);
    expect(source.poll()).toBe(4);
    expect(packets.map(({ tag, text, atMs }) => [tag, text, atMs])).toEqual([
      [3, 'a', 5_000],
      [3, 'b', 5_020],
      [3, 'late', 5_020],
      [3, 'c', 5_500],
    ]);
    expect(packets.map(({ wallNs }) => Number(wallNs - START_NS) / 1e6)).toEqual([0, 20, 15, 500]);
    expect([source.isEnded, source.poll(), counts]).toEqual([true, 0, { received: 4, foreign: 1 }]);
  });

  test('at the recorded pace gives what is due', () => {
    const { clock, source, packets } = open([capture('a.pcap', SENT)], 'recorded');
    expect([source.waitsIn, source.poll()]).toEqual(['event-loop', 1]);
    clock.advance(19);
    expect(source.poll()).toBe(0);
    clock.advance(1);
    expect(source.poll()).toBe(2);
    clock.advance(1_000);
    expect([source.poll(), source.nowNs()]).toEqual([1, 6_020e6]);
    expect(packets.map(({ text }) => text)).toEqual(['a', 'b', 'late', 'c']);
  });

  test('follows another; one that is damaged is told, and the next one read', () => {
    const whole = capture('a.pcap', SENT.slice(0, 1));
    const cut = capture('cut.pcap', SENT);
    writeFileSync(cut, readFileSync(cut).subarray(0, -3));
    const files = [join(temporaryDirectory(), 'none.pcap'), cut, whole];
    const { source, packets, problems } = open(files, 'maximum');
    while (!source.isEnded) source.poll();
    expect(packets.map(({ text }) => text)).toEqual(['a', 'b', 'late', 'a']);
    expect(problems).toEqual(['none.pcap Error', 'cut.pcap PcapError']);
  });

  test('is left in the middle', () => {
    const { source, packets } = open([capture('a.pcap', SENT)], 'recorded');
    source.poll();
    source.close();
    expect([source.isEnded, source.poll(), packets.length]).toEqual([true, 0, 1]);
  });
});

const cme = capturedData('real packets of CME as a source of packets', 'cme');
describe.skipIf(cme === undefined)('captured packets of CME', () => {
  test('come out of every multicast file', () => {
    const folder = join(cme!, 'pcap');
    const files = readdirSync(folder).filter((name) => !name.startsWith('v12'));
    for (const name of files) {
      const { source, counts, problems } = open([join(folder, name)], 'maximum');
      while (!source.isEnded) source.poll();
      expect([name, counts.received + counts.foreign, problems]).toEqual([name, 1, []]);
    }
    expect(files.length).toBeGreaterThan(0);
  });
});
