// Goal: every line of a capture is an event or a counted problem, in the order of receipt, however
// the file is cut into pieces or damaged. Method: small files in every form, property tests against
// a plain reading of the same text, damage at every byte.
import { gzipSync } from 'node:zlib';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stampToBigInt } from '@tickwire/core';
import { capturedData, seededRandom, temporaryDirectory, testSeed } from '@tickwire/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureError, RawCaptureWriter, detectCapture, openRawCapture } from './index.ts';
import type { RawEvent } from './index.ts';

const text = (event: RawEvent): string => Buffer.from(event.bytes).toString();
const stamp = (event: RawEvent): bigint =>
  stampToBigInt({ hi: event.tsRecvHi, lo: event.tsRecvLo });

async function readAll(...paths: string[]) {
  const problems: CaptureError[] = [];
  const capture = await openRawCapture(paths, { onProblem: (problem) => problems.push(problem) });
  const events: RawEvent[] = [];
  for await (const batch of capture.batches()) events.push(...batch);
  return { events, problems, counts: capture.counts };
}

function folder(files: Record<string, string | Uint8Array>): string {
  const directory = temporaryDirectory();
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(directory, name), content);
  }
  return directory;
}

describe('raw capture', () => {
  test('merges the third-party form by receive time, instruments first', async () => {
    const path = folder({
      'ws.txt': '1619378326.1: {"a":1}\n1619378326.3: {"b":2}\n1619378326.300000001: {"c":3}\n',
      'rest-level2-snapshots.txt':
        'https://h/api/v3/market/orderbook/level2?symbol=A-B -> 1619378326.3: {"snap":1}\n',
      'rest-symbols.txt': 'https://h/api/v1/symbols -> 1619378399.5: {"symbols":1}\n',
    });
    const { events, problems, counts } = await readAll(path);
    expect(problems).toEqual([]);
    expect(counts).toMatchObject({ ws: 3, rest: 2 });
    expect(events.map((event) => [event.kind, text(event), stamp(event)])).toEqual([
      ['rest', '{"symbols":1}', 1619378399500000000n],
      ['ws', '{"a":1}', 1619378326100000000n],
      ['rest', '{"snap":1}', 1619378326300000000n],
      ['ws', '{"b":2}', 1619378326300000000n],
      ['ws', '{"c":3}', 1619378326300000001n],
    ]);
    expect(events[2]).toMatchObject({
      method: 'GET',
      path: '/api/v3/market/orderbook/level2?symbol=A-B',
      line: 1,
    });
  });

  test('gives back what its own writer wrote', async () => {
    const directory = join(temporaryDirectory(), 'session');
    const writer = new RawCaptureWriter({ directory, bytesMax: 400 });
    const at = (ns: bigint) => ({ hi: Number(ns >> 32n), lo: Number(ns & 0xffff_ffffn) });
    writer.ws(at(1700000000000000002n), Buffer.from('{"x": "ü"}'));
    writer.rest(at(1700000000000000001n), {
      method: 'POST',
      path: '/api/v1/bullet-public',
      body: Buffer.from('{\n"code":"200000"}'),
    });
    expect(writer.ws(at(1700000000000000003n), Buffer.alloc(400, 0x61))).toBe(false);
    writer.close();
    expect(writer.counts).toEqual({ ws: 1, rest: 1, dropped: 1, unwrapped: 1 });
    const { events } = await readAll(directory);
    expect(events.map((event) => [event.kind, text(event), stamp(event)])).toEqual([
      ['rest', '{ "code":"200000"}', 1700000000000000001n],
      ['ws', '{"x": "ü"}', 1700000000000000002n],
    ]);
    expect(() => new RawCaptureWriter({ directory })).toThrow(/EEXIST/);
  });

  test('skips and names malformed lines, and loses nothing else', async () => {
    const path = folder({
      'ws.txt':
        '1700000000000000001 {"a":1}\r\n' +
        'garbage\n' +
        '\n' +
        '99999999999999999999 {"overflow":1}\n' +
        '1700000000000000002x {"b":1}\n' +
        '1700000000000000003 {"c":1}',
      'rest.txt': '1700000000000000000 GET /p {}\n1700000000000000000 BREW /p {}\n',
    });
    const { events, problems, counts } = await readAll(path);
    expect(events.map(text)).toEqual(['{}', '{"a":1}', '{"c":1}']);
    expect(counts).toMatchObject({ ws: 5, rest: 2 });
    expect(problems.map(({ code, line }) => `${code}:${line}`).sort()).toEqual([
      'BAD_LINE:2',
      'BAD_LINE:2',
      'BAD_STAMP:4',
      'BAD_STAMP:5',
    ]);
    expect(problems.find(({ line }) => line === 4)?.message).toMatch(/ws\.txt line 4: "9999/);
    expect(counts.ws + counts.rest).toBe(events.length + problems.length);
  });

  test('skips a line above the bound as one problem', async () => {
    const path = folder({
      'ws.txt': `1700000000000000001 ${'x'.repeat(600_000)}\n1700000000000000002 {"b":1}\n`,
    });
    const problems: CaptureError[] = [];
    const capture = await openRawCapture([path], {
      onProblem: (problem) => problems.push(problem),
      lineBytesMax: 100_000,
    });
    const events: RawEvent[] = [];
    for await (const batch of capture.batches()) events.push(...batch);
    expect(events.map(text)).toEqual(['{"b":1}']);
    expect(problems.map(({ code, line }) => [code, line])).toEqual([['OVERSIZE_LINE', 1]]);
    expect(capture.counts.ws).toBe(2);
  });

  test('reads single gzip files, whatever their name', async () => {
    const lines = Array.from(
      { length: 5000 },
      (_, at) => `${1700000000000000000n + BigInt(at)} {"n":${at}}`,
    );
    const path = join(folder({ odd: gzipSync(`${lines.join('\n')}\n`) }), 'odd');
    const { events, problems } = await readAll(path);
    expect(problems).toEqual([]);
    expect(events.map((event) => `${stamp(event)} ${text(event)}`)).toEqual(lines);
  });

  test('gives what a cut gzip file still holds and says that it is cut', async () => {
    const random = seededRandom(testSeed());
    const lines = Array.from(
      { length: 20_000 },
      (_, at) => `${1700000000000000000n + BigInt(at)} {"n":${random()}}`,
    );
    const whole = gzipSync(`${lines.join('\n')}\n`);
    const path = join(folder({ 'cut.gz': whole.subarray(0, whole.length - 1000) }), 'cut.gz');
    const { events, problems } = await readAll(path);
    // The line that the cut goes through may be a problem of its own.
    const codes = problems.map(({ code }) => code);
    expect([['TRUNCATED'], ['TRUNCATED', 'BAD_LINE']]).toContainEqual(codes);
    expect(events.length).toBeGreaterThan(19_000);
    expect(lines.slice(0, events.length - 1)).toEqual(
      events.slice(0, -1).map((event) => `${stamp(event)} ${text(event)}`),
    );
  });

  test('gives what comes before damage in a gzip file', async () => {
    const random = seededRandom(testSeed());
    const lines = Array.from(
      { length: 20_000 },
      (_, at) => `${1700000000000000000n + BigInt(at)} {"n":${random()}}`,
    );
    const damaged = Uint8Array.from(gzipSync(`${lines.join('\n')}\n`));
    damaged.fill(0xff, damaged.length / 2, damaged.length / 2 + 400);
    const { events, problems } = await readAll(join(folder({ 'bad.gz': damaged }), 'bad.gz'));
    expect(problems.map(({ code }) => code)).toContain('BAD_GZIP');
    expect(events.length).toBeGreaterThan(5_000);
  });

  test('keeps the order of each file and sorts between files', async () => {
    const file = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 40 });
    const check = fc.asyncProperty(file, file, async (left, right) => {
      const sorted = (times: number[]) => [...times].sort((a, b) => a - b);
      const line = (time: number, at: number, name: string) =>
        `${1700000000000000000n + BigInt(time)} {"${name}":${at}}\n`;
      const directory = folder({
        a: sorted(left)
          .map((time, at) => line(time, at, 'a'))
          .join(''),
        b: sorted(right)
          .map((time, at) => line(time, at, 'b'))
          .join(''),
      });
      const { events } = await readAll(join(directory, 'a'), join(directory, 'b'));
      expect(events.length).toBe(left.length + right.length);
      const times = events.map(stamp);
      expect(times).toEqual([...times].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
      for (const [connection, name] of ['a', 'b'].entries()) {
        const mine = events.filter(
          (event) => event.kind === 'ws' && event.connection === connection,
        );
        expect(mine.map(text)).toEqual(mine.map((_, at) => `{"${name}":${at}}`));
      }
    });
    await fc.assert(check, { seed: testSeed(), numRuns: 60 });
  });

  test('refuses what is no capture, by name and content', async () => {
    const files = folder({
      parquet: Buffer.from('PAR1 and so on'),
      pcap: Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0),
      pcapng: Uint8Array.of(0x0a, 0x0d, 0x0d, 0x0a, 0, 0),
      prose: 'once upon a time\n',
      binary: Uint8Array.of(0, 1, 2, 3),
    });
    const rejection = async (name: string) => {
      const error: unknown = await detectCapture(join(files, name)).catch((e: unknown) => e);
      if (!(error instanceof CaptureError)) throw new Error(`${name} was accepted`);
      return `${error.code} ${error.message}`;
    };
    expect(await rejection('parquet')).toMatch(/^UNSUPPORTED_FORMAT.*Parquet/);
    expect(await rejection('pcap')).toMatch(/^UNSUPPORTED_FORMAT.*pcap/);
    expect(await rejection('pcapng')).toMatch(/^UNSUPPORTED_FORMAT.*pcapng/);
    expect(await rejection('prose')).toMatch(/^NOT_A_CAPTURE/);
    expect(await rejection('binary')).toMatch(/^NOT_A_CAPTURE/);
    expect(await rejection('absent')).toMatch(/^UNREADABLE.*ENOENT/);
    mkdirSync(join(files, 'empty'));
    expect(await rejection('empty')).toMatch(/^NOT_A_CAPTURE/);
  });

  test('knows files of DBN by their first bytes, and fragments by their names', async () => {
    const files = folder({
      plain: Buffer.from('DBN\x03rest'),
      packed: Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0),
      'b.dbn.frag': 'nothing says what this is',
      'a.dbn.zst': '',
    });
    const path = (name: string): string => join(files, name);
    for (const name of ['plain', 'packed']) {
      const expected = [{ path: path(name), isFragment: false }];
      expect(await detectCapture(path(name))).toEqual({ kind: 'dbn', files: expected });
    }
    expect(await detectCapture(files)).toEqual({
      kind: 'dbn',
      files: [
        { path: path('a.dbn.zst'), isFragment: false },
        { path: path('b.dbn.frag'), isFragment: true },
      ],
    });
  });

  test('an empty file is a capture without records', async () => {
    expect((await readAll(join(folder({ 'ws.txt': '' }), 'ws.txt'))).events).toEqual([]);
    expect((await readAll(folder({ 'ws.txt': '', 'rest.txt': '' }))).events).toEqual([]);
  });

  test('survives any mutation: each line is an event or a problem', async () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const good = Array.from(
      { length: 30 },
      (_, at) => `${1700000000000000000n + BigInt(at)} {"n":${at}}\n`,
    );
    for (let round = 0; round < 150; round++) {
      const bytes = Uint8Array.from(Buffer.from(good.join('')));
      for (let hits = 0; hits < 1 + random() * 8; hits++) {
        // Behind the first lines, so that the file is still known as a capture.
        bytes[100 + Math.floor(random() * (bytes.length - 100))] = Math.floor(random() * 256);
      }
      const { events, problems, counts } = await readAll(join(folder({ f: bytes }), 'f'));
      expect(counts.ws, `seed ${seed} round ${round}`).toBe(events.length + problems.length);
      expect(events.length).toBeGreaterThanOrEqual(20);
    }
  });
});

const real = capturedData('captures of third parties', 'kucoin/capture-2021-04-25');
describe.skipIf(real === undefined)('the captured KuCoin session', () => {
  test('is read whole, in order, byte for byte', async () => {
    const { events, problems, counts } = await readAll(real ?? '');
    expect(problems).toEqual([]);
    expect(counts).toEqual({ ws: 1426, rest: 6, bytes: 708_528 });
    const lines = readFileSync(join(real ?? '', 'ws.txt'), 'utf8')
      .trimEnd()
      .split('\n');
    const frames = events.filter((event) => event.kind === 'ws');
    expect(frames.map(text)).toEqual(lines.map((line) => line.slice(line.indexOf(': ') + 2)));
    expect(frames.map((event) => (stamp(event) / 1000n) * 1000n)).toEqual(
      lines.map((line) => {
        const [seconds = '', fraction = ''] = line.slice(0, line.indexOf(':')).split('.');
        return BigInt(seconds + fraction.padEnd(9, '0').slice(0, 6)) * 1000n;
      }),
    );
    expect(events[0]).toMatchObject({ kind: 'rest', path: '/api/v1/symbols' });
    const times = events.slice(1).map(stamp);
    expect(times.every((time, at) => at === 0 || time >= (times[at - 1] ?? 0n))).toBe(true);
  });
});

const gz = capturedData('gzipped captures of third parties', 'replay');
describe.skipIf(gz === undefined)('the captured gzip files', () => {
  test.each([
    ['binance-spot-ethusdt_20240808.gz', 33_618],
    ['hyperliquid-btcusd_20250126.gz', 55],
  ])('%s holds %i lines', async (name, lines) => {
    const { events, problems } = await readAll(join(gz ?? '', name));
    expect(problems).toEqual([]);
    expect(events.length).toBe(lines);
  });
});
