// Goal: a dump of a capture says what is in its packets, exactly, and names what is not read.
// Method: the command as a process, on the captured packets beside their recorded values, and on
// captures that are made here.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PcapWriter, udpFrame } from '@tickwire/io-pcap';
import { capturedData, repositoryRoot, temporaryDirectory } from '@tickwire/testing';
import { Mdp3PacketWriter } from '@tickwire/wire-mdp3';
import { AdminHeartbeat12Encoder } from '@tickwire/wire-mdp3/messages';
import { describe, expect, test } from 'vitest';
import { runDump } from '../../test/run-dump.ts';

const OUR_SCHEMA = join(repositoryRoot(), 'libs/wire/mdp3/schema/mdp3.xml');
const folder = temporaryDirectory();

function write(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** A packet of heartbeats, of which some have another template or schema. */
function heartbeats(...templates: { templateId?: number; schemaId?: number }[]): Uint8Array {
  const bytes = new Uint8Array(12 + 10 * templates.length);
  const view = new DataView(bytes.buffer);
  const stamp = { sequence: 7, sendingTimeHi32: 0x1553_ab90, sendingTimeLo32: 0xf2aa_5fc1 };
  const packet = new Mdp3PacketWriter().begin(view, stamp);
  const encoder = new AdminHeartbeat12Encoder();
  for (const { templateId = 12, schemaId = 1 } of templates) {
    const at = packet.messageAt;
    packet.take(encoder.wrap(view, at));
    view.setUint16(at + 2, templateId, true);
    view.setUint16(at + 4, schemaId, true);
  }
  return bytes;
}

/** A capture of datagrams, or of frames that are none. */
function capture(name: string, payloads: readonly Uint8Array[], frames: Uint8Array[] = []): string {
  const pieces: Uint8Array[] = [];
  const writer = new PcapWriter((bytes) => pieces.push(bytes));
  const source = { address: '10.0.0.1', port: 14_310 };
  const target = { address: '224.0.31.1', port: 15_310 };
  const datagrams = payloads.map((payload) => udpFrame({ source, target, payload }));
  for (const frame of [...datagrams, ...frames]) writer.frame({ hi: 0x1553_ab90, lo: 1 }, frame);
  return write(name, Buffer.concat(pieces));
}

describe('dump of packets', () => {
  test('gives one line a packet', async () => {
    const path = capture('two.pcap', [heartbeats({}), heartbeats({}, {})]);
    const { code, stderr, ticks } = await runDump(path, '--raw', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const heartbeat = expect.objectContaining({ name: 'AdminHeartbeat12', messageSize: 10 });
    const header = {
      transport: 'udp',
      packetSequenceNumber: 7,
      sendingTime: '1536760536898363329',
    };
    expect(ticks).toEqual([
      { ...header, payloadBytes: 22, messages: [heartbeat] },
      { ...header, payloadBytes: 32, messages: [heartbeat, heartbeat] },
    ]);
    expect((await runDump(path, '--raw', '--limit', '1')).lines).toHaveLength(1);
  });

  test('shows messages that nobody knows by their headers, and counts them', async () => {
    const payload = heartbeats({ templateId: 99 }, {}, { templateId: 99 }, { schemaId: 2 });
    const { code, stderr, ticks } = await runDump(capture('new.pcap', [payload]), '--raw');
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^unknown: .*new\.pcap: 3 messages of templates .*: 99 \(2\), 12 of schema 2 \(1\)\n$/,
    );
    expect(ticks[0]?.messages).toMatchObject([
      { templateId: 99, name: null, messageSize: 10 },
      { templateId: 12, name: 'AdminHeartbeat12' },
      { templateId: 99, name: null },
      { schemaId: 2, name: null },
    ]);
  });

  test('keeps of a damaged packet what stands before the damage', async () => {
    const payload = heartbeats({}, {});
    payload[22] = 200;
    const { code, stderr, ticks } = await runDump(capture('bad.pcap', [payload]), '--raw');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^skipped: BAD_SIZE: .*bad\.pcap offset 24: packet at byte 22: /);
    expect(ticks).toMatchObject([
      { messages: [{ name: 'AdminHeartbeat12' }], error: { code: 'BAD_SIZE', offset: 22 } },
    ]);
    expect(ticks[0]?.messages).toHaveLength(1);
  });

  test('names and counts what is no packet of MDP 3.0', async () => {
    const dns = Uint8Array.from(Buffer.from('not a packet of the exchange at all'));
    const other = heartbeats({ schemaId: 9 });
    const arp = new Uint8Array(60).fill(0xff);
    arp.set([0x08, 0x06], 12);
    const fragment = udpFrame({
      source: { address: '10.0.0.1', port: 1 },
      target: { address: '10.0.0.2', port: 2 },
      payload: heartbeats({}),
    });
    fragment[20] = 0x20;
    const path = capture('mixed.pcap', [dns, heartbeats({}), other], [arp, arp, fragment]);
    const { code, stderr, lines } = await runDump(path, '--raw');
    expect(lines).toHaveLength(1);
    expect(code).toBe(1);
    const sentences = stderr.trim().split('\n');
    expect(sentences).toHaveLength(4);
    expect(sentences[0]).toMatch(
      /^skipped: NOT_MDP3: .* offset 24: 35 bytes of UDP from 10\.0\.0\.1/,
    );
    expect(sentences[1]).toMatch(/^skipped: NOT_MDP3: .*22 bytes of UDP/);
    expect(sentences[2]).toMatch(/^skipped: FRAGMENT: .*mixed\.pcap: 1 IP fragment$/);
    expect(sentences[3]).toMatch(/^passed over: .*mixed\.pcap: 2 frames without IP$/);
  });

  test('takes another schema from a file', async () => {
    const xml = readFileSync(OUR_SCHEMA, 'utf8').replace('AdminHeartbeat12', 'StillAlive12');
    const path = capture('schema.pcap', [heartbeats({})]);
    const { code, ticks } = await runDump(path, '--raw', '--schema', write('own.xml', xml));
    expect(code).toBe(0);
    expect(ticks).toMatchObject([{ messages: [{ name: 'StillAlive12' }] }]);
  });
});

describe('dump of what cannot be read', () => {
  const good = capture('good.pcap', [heartbeats({}), heartbeats({})]);

  test.each([
    ['empty.pcap', new Uint8Array(0), /empty\.pcap offset 0: the file is empty\.\n$/],
    ['text.pcapng', 'once upon a time', /offset 0: begins with 6f 6e 63 65, neither pcap nor/],
    ['packed.pcap', Uint8Array.of(0x1f, 0x8b, 8, 0), /Decompress it: gunzip\.\n$/],
  ])('%s is refused with what to do', async (name, bytes, sentence) => {
    const { code, stderr, stdout } = await runDump(write(name, bytes), '--raw');
    expect(stderr).toMatch(sentence);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });

  test('a cut file gives its whole packets and says where it ends', async () => {
    const bytes = readFileSync(good);
    const { code, stderr, lines } = await runDump(write('cut', bytes.subarray(0, -1)), '--raw');
    expect(lines).toHaveLength(1);
    expect(stderr).toMatch(/^skipped: TRUNCATED: .*cut offset 104: the file ends 79 bytes behind/);
    expect(code).toBe(1);
  });

  test('there are no ticks of packets yet', async () => {
    const { code, stderr } = await runDump(good);
    expect(stderr).toMatch(/of which no ticks are made yet\. Add --raw\.\n$/);
    expect(code).toBe(1);
  });

  test.each([
    ['without --raw', [good, '--schema', OUR_SCHEMA], 2, /--schema is for the vendor's records/],
    [
      'missing',
      [good, '--raw', '--schema', 'no.xml'],
      1,
      /schema no\.xml cannot be read \(ENOENT\)/,
    ],
    [
      'damaged',
      [good, '--raw', '--schema', write('bad.xml', '<messageSchema id="1">\n</oops>')],
      1,
      /bad\.xml:2:\d+: BAD_XML/,
    ],
    [
      'of other files',
      [join(repositoryRoot(), 'samples/kucoin-session'), '--raw', '--schema', OUR_SCHEMA],
      1,
      /no capture of packets, so --schema has no meaning/,
    ],
  ])('a schema: %s', async (_what, args, expected, sentence) => {
    const { code, stderr } = await runDump(...args);
    expect(stderr).toMatch(sentence);
    expect(code).toBe(expected);
  });
});

const data = capturedData('packets of MDP 3.0 in a dump', 'cme');
describe.skipIf(data === undefined)('captured packets', () => {
  const root = data ?? '';
  const names = data === undefined ? [] : readdirSync(join(root, 'pcap')).sort();

  function expectedOf(name: string): unknown {
    return JSON.parse(readFileSync(join(root, 'expected', name.replace('.pcap', '.json')), 'utf8'));
  }

  /** The exchange's own schema of the version that the packet was sent in. */
  function schemaOf(name: string): string {
    const version = name.split('.')[0]!;
    const found = readdirSync(join(root, 'schema')).find((file) => file.includes(`_${version}.`));
    return join(root, 'schema', found!);
  }

  test('are dumped as recorded, one line a packet', async () => {
    const paths = names.map((name) => join(root, 'pcap', name));
    const { code, stderr, ticks } = await runDump(...paths, '--raw', '--json');
    expect(names).toHaveLength(6);
    expect(ticks).toEqual(names.flatMap(expectedOf));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test.each([['v5.'], ['v9.'], ['v12.']])(
    'of %s are dumped the same by its schema',
    async (start) => {
      const mine = names.filter((name) => name.startsWith(start));
      const paths = mine.map((name) => join(root, 'pcap', name));
      const { code, stderr, ticks } = await runDump(...paths, '--raw', '--schema', schemaOf(start));
      expect(mine).not.toEqual([]);
      expect(ticks).toEqual(mine.flatMap(expectedOf));
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    },
  );

  test('a template that came after the schema is shown by its header', async () => {
    const name = names.find((candidate) => candidate.startsWith('v12'))!;
    const { code, stderr, ticks } = await runDump(
      ...[join(root, 'pcap', name), '--raw', '--schema', schemaOf('v9.')],
    );
    expect(ticks[0]?.messages).toEqual([
      {
        ...{ templateId: 64, name: null, schemaId: 1, version: 12, blockLength: 11 },
        messageSize: 64,
      },
    ]);
    expect(stderr).toMatch(/1 message of templates that the schema does not have: 64 \(1\)/);
    expect(code).toBe(0);
  });
});
