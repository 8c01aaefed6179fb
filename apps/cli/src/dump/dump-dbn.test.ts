// Goal: a dump of DBN says what is in the file, exactly, and names what cannot be read.
// Method: the command as a process, on the vendor's own files beside their recorded values, and on
// files that are made here.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { capturedData, temporaryDirectory } from '@tickwire/testing';
import {
  DbnEncoder,
  MboRecord,
  RType,
  RecordFlag,
  SCHEMA_NAMES,
  SCHEMA_NONE,
  STYPE_NAMES,
  STYPE_NONE,
  Side,
  TIME_OPEN,
  TradeRecord,
} from '@tickwire/wire-dbn';
import { describe, expect, test } from 'vitest';
import { runDump, runText } from '../../test/run-dump.ts';

const folder = temporaryDirectory();

function write(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** A live stream of any schema: an order and a trade. */
function orderAndTrade(): Uint8Array {
  const encoder = new DbnEncoder(new Uint8Array(1_000), { tsOut: true });
  encoder.metadata({
    ...{ version: 3, dataset: 'GLBX.MDP3', schema: SCHEMA_NONE, tsOut: true },
    ...{ start: 1_609_160_400_000_000_000n, end: TIME_OPEN, limit: 0n },
    ...{ stypeIn: STYPE_NONE, stypeOut: 0, symbolCstrLength: 71 },
    ...{ symbols: [], partial: [], notFound: [], mappings: [] },
  });
  const order = new MboRecord();
  encoder.begin(order, RType.Mbo);
  order.setInstrumentId(5482).setTsEventBigInt(1_609_160_400_000_429_831n).setTsOutWords(0, 7);
  order.setOrderIdBigInt(647_784_973_705n).setPrice(3_722_750_000_000).setSide(Side.Ask);
  order.setFlags(RecordFlag.Last);
  const trade = new TradeRecord();
  encoder.begin(trade, RType.Trade);
  trade.setInstrumentId(7).setPrice(-500_000_000).setSize(3).setTsOutWords(0, 8);
  return encoder.written.slice();
}

const live = orderAndTrade();
const RECORDS_AT = live.length - 64 - 56;

describe('dump of DBN', () => {
  test('gives a line of JSON for the metadata and for each record', async () => {
    const { code, stderr, ticks } = await runDump(write('live.dbn', live), '--raw', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(ticks).toMatchObject([
      { version: 3, schema: null, stype_in: null, end: '18446744073709551615', ts_out: true },
      { hd: { rtype: 160, length: 16 }, order_id: '647784973705', flags: 128, ts_out: '7' },
      { hd: { rtype: 0, length: 14 }, price: '-500000000', size: 3, ts_out: '8' },
    ]);
  });

  test('gives text for people without --json', async () => {
    const path = write('live.dbn.zst', zstdCompressSync(live));
    const { code, stdout } = await runText(path, '--raw');
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      '# DBN 3, GLBX.MDP3, any schema, 2020-12-28T13:00:00.000000000Z to open, 0 symbols',
      '2020-12-28T13:00:00.000429831Z mbo 5482 publisher_id=0 order_id=647784973705 price=3722.75 ' +
        'flags=LAST action=N side=A ts_in_delta=0 sequence=0 ts_out=1970-01-01T00:00:00.000000007Z',
      '- trade 7 publisher_id=0 price=-0.5 size=3 action=N side=N depth=0 ' +
        'ts_in_delta=0 sequence=0 ts_out=1970-01-01T00:00:00.000000008Z',
      '',
    ]);
  });

  test('shows the records of one schema', async () => {
    const path = write('mixed.dbn', live);
    const trades = await runDump(path, '--raw', '--json', '--schema', 'trades');
    expect(trades.ticks).toMatchObject([{ version: 3 }, { size: 3 }]);
    const wrong = await runDump(path, '--raw', '--json', '--schema', 'orders');
    expect(wrong.stderr).toMatch(/"orders" is no schema of DBN\. Give one of mbo, mbp-1/);
    expect(wrong.code).toBe(1);
  });

  test('reads fragments by their names, or when the version is said', async () => {
    const records = live.subarray(RECORDS_AT);
    const named = await runDump(write('a.dbn.frag', records), '--raw', '--json');
    expect(named.ticks).toMatchObject([{ flags: 128 }, { size: 3 }]);
    const path = write('b.dbn', records);
    const said = await runDump(path, '--raw', '--json', '--dbn-version', '3', '--limit', '1');
    expect(said.lines).toEqual(named.lines.slice(0, 1));
  });

  test('passes over what it does not know, and what is damaged, and says so', async () => {
    const unknown = live.slice();
    unknown[RECORDS_AT + 1] = 0x7f;
    const damaged = live.slice();
    damaged[RECORDS_AT + 1] = RType.Status;
    const { code, stderr, ticks } = await runDump(
      ...[write('new.dbn', unknown), write('bad.dbn', damaged)],
      ...[write('cut.dbn', live.subarray(0, -1)), '--raw', '--json'],
    );
    const [first, second, third, ...rest] = stderr.trimEnd().split('\n');
    expect(first).toMatch(/^unknown: .*new\.dbn: 1 record of rtypes not known$/);
    expect(second).toMatch(/^skipped: BAD_RECORD_SIZE: .*byte \d+: length: 64 bytes, which/);
    expect(third).toMatch(/^skipped: TRUNCATED: .*cut\.dbn byte \d+: the stream ends 55 bytes/);
    expect({ rest, code }).toEqual({ rest: [], code: 1 });
    const head = { version: 3 };
    expect(ticks).toMatchObject([head, { size: 3 }, head, { size: 3 }, head, { flags: 128 }]);
  });

  test('refuses other formats with what to do', async () => {
    const { code, stderr, stdout } = await runText(
      write('empty.dbn', new Uint8Array(0)),
      write('csv.dbn', 'ts_recv,ts_event,rtype\n1,2,3\n'),
      write('gz.dbn', gzipSync(live)),
      write('parquet.dbn', 'PAR1 and so on'),
      write('old.dbz', dbz()),
      write('other.zst', zstdCompressSync(Buffer.from('nothing of the kind'))),
      write('next.dbn', Uint8Array.of(0x44, 0x42, 0x4e, 4, 0, 1, 0, 0)),
      ...['--raw', '--json'],
    );
    const expected = [
      /the stream is empty\./,
      /it is CSV\. Ask the vendor for encoding dbn/i,
      /it is compressed with gzip\. Decompress it: gunzip/i,
      /it is Parquet/,
      /it is DBZ, which came before DBN/,
      /other\.zst .*not with DBN/,
      /version: 4, and 1 to 3 can be/,
    ];
    const sentences = stderr.trimEnd().split('\n');
    expect(sentences).toHaveLength(expected.length);
    expected.forEach((sentence, index) => expect(sentences[index]).toMatch(sentence));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });

  test('gives ticks without --raw, by the symbols of the metadata', async () => {
    const encoder = new DbnEncoder(new Uint8Array(2_000));
    encoder.metadata({
      ...{ version: 3, dataset: 'GLBX.MDP3', schema: SCHEMA_NAMES.indexOf('trades') },
      ...{ start: 1_609_160_400_000_000_000n, end: TIME_OPEN, limit: 0n, tsOut: false },
      ...{ stypeIn: STYPE_NAMES.indexOf('raw_symbol'), stypeOut: 0, symbolCstrLength: 71 },
      ...{ symbols: ['ESH1', 'ESM1'], partial: [], notFound: [] },
      // The same id means another instrument on the next day.
      mappings: [
        { rawSymbol: 'ESH1', intervals: [{ startDate: 20201228, endDate: 20201229, symbol: '7' }] },
        { rawSymbol: 'ESM1', intervals: [{ startDate: 20201229, endDate: 20201230, symbol: '7' }] },
      ],
    });
    const trade = new TradeRecord();
    for (const day of [0n, 1n]) {
      encoder.begin(trade, RType.Trade);
      const time = 1_609_160_400_000_000_000n + day * 86_400_000_000_000n;
      trade.setInstrumentId(7).setPrice(3_722_750_000_000).setSize(3).setSide(Side.Ask);
      trade.setTsEventBigInt(time).setTsRecvBigInt(time + 1n);
    }
    const { code, stderr, ticks } = await runDump(write('t.dbn', encoder.written), '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(ticks).toMatchObject([
      {
        kind: 'TRADE',
        symbol: 'ESH1',
        price: '3722.75',
        flags: expect.arrayContaining(['REPLAYED']),
      },
      { kind: 'TRADE', symbol: 'ESM1', price: '3722.75' },
    ]);
  });

  test('names what is damaged, and gives the ticks of the rest', async () => {
    const cut = await runDump(write('cut2.dbn', live.subarray(0, -1)));
    expect(cut.stderr).toMatch(/^skipped: TRUNCATED: .*cut2\.dbn byte \d+: the stream ends 55/);
    expect(cut.ticks).toMatchObject([{ kind: 'STREAM', state: 'gap', reason: 'sequence-gap' }]);
    const none = await runDump(write('text.dbn', 'nothing of the kind'));
    expect(none.stderr).toMatch(/^skipped: NOT_DBN: .*text\.dbn/);
    expect([cut.code, none.code]).toEqual([1, 1]);
  });
});

const data = capturedData('DBN in a dump', 'dbn');
describe.skipIf(data === undefined)('captured DBN', () => {
  test('is dumped as recorded, line by line', async () => {
    const root = data ?? '';
    const names = ['dbn', 'py/GLBX.MDP3', 'py/EQUS.MINI'].flatMap((part) =>
      readdirSync(join(root, part)).map((file) => join(part, file)),
    );
    expect(names).toHaveLength(51);
    const paths = names.map((name) => join(root, name));
    const { code, stderr, ticks } = await runDump(...paths, '--raw', '--json');
    const expected = names.flatMap((name) =>
      readFileSync(join(root, 'expected', `${name}.jsonl`), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    );
    expect(ticks).toEqual(expected);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

/** A frame of zstd that says what follows, as files of DBZ begin. */
function dbz(): Uint8Array {
  return Buffer.concat([Uint8Array.of(0x51, 0x2a, 0x4d, 0x18, 4, 0, 0, 0), Buffer.from('DBZ\x01')]);
}
