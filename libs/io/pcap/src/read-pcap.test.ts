import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '@tickwire/testing';
import { classicPcap, ethernetFrame, ipv4Packet, udpSegment } from '../test/capture-bytes.ts';
import { isPcapFile, readPcap } from './read-pcap.ts';

const folder = temporaryDirectory();
const COUNT = 4_000;

function numbered(index: number): Uint8Array {
  const payload = new Uint8Array(200);
  new DataView(payload.buffer).setUint32(0, index);
  return ethernetFrame(0x0800, ipv4Packet({ protocol: 17, payload: udpSegment(payload) }));
}

function write(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe('a file of a capture', () => {
  const file = classicPcap(Array.from({ length: COUNT }, (_, index) => numbered(index)));

  test('larger than what is read at once gives every datagram in order', async () => {
    const reading = readPcap(write('long.pcap', file));
    const found: number[] = [];
    for await (const { payload } of reading.datagrams()) {
      found.push(new DataView(payload.buffer, payload.byteOffset).getUint32(0));
    }
    expect(found).toEqual(Array.from({ length: COUNT }, (_, index) => index));
    expect(reading.counts).toMatchObject({ frames: COUNT, datagrams: COUNT });
    expect(file.length).toBeGreaterThan(3 * 256 * 1024);
  });

  test('cut within its last packet gives the others, then the place', async () => {
    const reading = readPcap(write('cut.pcap', file.subarray(0, file.length - 3)));
    let count = 0;
    const all = async () => {
      for await (const _datagram of reading.datagrams()) count += 1;
    };
    const offset = file.length - numbered(0).length - 16;
    await expect(all()).rejects.toMatchObject({ code: 'TRUNCATED', offset });
    expect(count).toBe(COUNT - 1);
  });

  test('can be left before its end', async () => {
    for await (const { index } of readPcap(write('left.pcap', file)).datagrams()) {
      if (index === 5) break;
    }
  });

  test('is known by its first bytes', async () => {
    expect(await isPcapFile(write('known', file.subarray(0, 24)))).toBe(true);
    expect(await isPcapFile(write('text.pcap', new Uint8Array(30)))).toBe(false);
    expect(await isPcapFile(write('empty', new Uint8Array(0)))).toBe(false);
  });

  test('that cannot be read is an error with what to do', async () => {
    const missing = join(folder, 'missing.pcap');
    const refused = { code: 'UNREADABLE', message: expect.stringContaining('ENOENT') };
    await expect(isPcapFile(missing)).rejects.toMatchObject(refused);
    await expect(readPcap(missing).datagrams().next()).rejects.toMatchObject(refused);
    await expect(readPcap(folder).datagrams().next()).rejects.toMatchObject({ code: 'UNREADABLE' });
  });
});
