// Goal: what CME has really sent goes through a channel as it is said to. Method: the captured
// single packets, one to a channel, with and without a definition of what they are about.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createLegPacket } from '@tickwire/domain-arbitration';
import { capturedData } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { TickLog } from '../test/tick-log.ts';

const root = capturedData('packets of CME through a channel', 'cme/pcap');
const PCAP_HEADER_BYTES = 24 + 16;
const TCP = 6;

/** The datagram in a capture of one packet; `undefined` of what came by TCP. */
function datagramOf(file: string): Uint8Array | undefined {
  const bytes = readFileSync(file);
  let at = PCAP_HEADER_BYTES + 12;
  if (bytes.readUInt16BE(at) === 0x8100) at += 4; // a VLAN
  const ip = at + 2;
  if (bytes[ip + 9] === TCP) return undefined;
  const udp = ip + (bytes[ip]! & 0xf) * 4;
  return bytes.subarray(udp + 8, udp + bytes.readUInt16BE(udp + 4));
}

/** A packet into a channel of its own. */
function take(bytes: Uint8Array, log = new TickLog({ orders: {} })): TickLog {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packet = createLegPacket();
  const recvWall = { hi: view.getUint32(8, true), lo: view.getUint32(4, true) };
  const sequence = view.getUint32(0, true);
  Object.assign(packet, { sequence, bytes, start: 0, end: bytes.length, recvNs: 1e6, recvWall });
  log.channel.incremental(packet);
  return log;
}

describe.skipIf(root === undefined)('captured packets of CME', () => {
  const files = root === undefined ? [] : readdirSync(root);

  test('are taken whole, each message of each', () => {
    const seen = files.flatMap((name) => {
      const bytes = datagramOf(join(root!, name));
      return bytes === undefined ? [] : [[name, take(bytes)] as const];
    });
    expect(seen.length).toBe(5);
    for (const [name, log] of seen) {
      const counts = ['accepted', 'unknownTemplate', 'ignored'].map((count) => log.count(count));
      expect([name, ...counts]).toEqual([name, log.count('messages'), 0, 0]);
      expect(log.count('messages')).toBeGreaterThan(0);
      expect([name, log.channel.status().arbitration.delivered]).toEqual([name, 1]);
      expect([name, log.count('damaged:TRUNCATED')]).toEqual([name, 0]);
      // Of what is not defined nothing is published, and each entry is counted.
      const isDefinition = name.includes('Definition');
      expect(log.ticks.filter(({ kind }) => kind !== 'STREAM' && kind !== 'STATUS')).toEqual([]);
      if (!isDefinition) expect([name, log.count('undefinedEntries') > 0]).toEqual([name, true]);
    }
  });

  test('that define an instrument become its entry', () => {
    const name = files.find((file) => file.includes('MdInstrumentDefinitionSpread'));
    const log = take(datagramOf(join(root!, name!))!);
    expect(log.entries.map(({ symbol, venue }) => [symbol, venue])).toContainEqual([
      ...['ESM6-ESU6', 'XCME'],
    ]);
    const entry = log.entries.find(({ symbol }) => symbol === 'ESM6-ESU6');
    // MinPriceIncrement 50000000e-7 and DisplayFactor 0.01: shown as 0.05.
    expect(entry).toMatchObject({ currency: 'USD', tickSize: 5_000_000_000, priceExp: -11 });
  });
});
