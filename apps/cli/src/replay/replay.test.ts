// Goal: a replay gives the vendor's own books and decimals back, accounts for every message, and
// leaves nothing behind however it ends. Method: the real command as a process, on the samples and
// on a captured session, against readings without our code (JSON.parse and node:crypto).
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { capturedData, repositoryRoot, runToEnd, temporaryDirectory } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';

const MAIN = 'apps/cli/src/main.ts';
const SAMPLE = join(repositoryRoot(), 'samples/kucoin-session');

interface Book {
  sequence: string;
  bids: [string, string][];
  asks: [string, string][];
  tickersCompared?: number;
  tickersEqual?: number;
}
interface Hop {
  name: string;
  in: number;
  out: number;
  dropped: Record<string, number>;
  inFlight: number;
}
interface Report {
  hops: Hop[];
  latency: Record<string, { count: number }>;
  gaps: { state: string; missing: number }[];
  services: { name: string; cpuMs: number; pssBytes: number }[];
}

const parse = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;

/** The hash as the data's own description defines it, from the book's text alone. */
function sha256(book: Book): string {
  const lines = [
    ...book.bids.map(([price, size]) => `B ${price} ${size}`),
    ...book.asks.map(([price, size]) => `A ${price} ${size}`),
  ];
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

function expectBalanced(hops: Hop[]): void {
  for (const hop of hops) {
    const dropped = Object.values(hop.dropped).reduce((sum, n) => sum + n, 0);
    expect(hop.in, hop.name).toBe(hop.out + dropped + hop.inFlight);
    expect(hop.inFlight, hop.name).toBe(0);
  }
}

async function replay(source: string, ...args: string[]) {
  const folder = temporaryDirectory();
  const books = join(folder, 'books.json');
  const report = join(folder, 'report.json');
  const outputs = ['--books', books, '--report', report];
  const finished = await runToEnd({ script: MAIN, args: ['replay', source, ...outputs, ...args] });
  return {
    ...finished,
    hasBooks: existsSync(books),
    books: existsSync(books) ? parse<Record<string, Book>>(books) : {},
    report: existsSync(report) ? parse<Report>(report) : undefined,
  };
}

describe('replay of the sample', () => {
  /** Played once for all that only look at it. */
  let played: ReturnType<typeof replay> | undefined;
  const sample = (): ReturnType<typeof replay> => (played ??= replay(SAMPLE, '--speed', 'max'));

  test('gives books that agree with every quote, and balances', async () => {
    const { code, stdout, stderr, books, report } = await sample();
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(Object.keys(books)).toEqual(['BTC-USDT', 'ETH-USDT']);
    for (const book of Object.values(books)) {
      expect(book.tickersCompared).toBeGreaterThan(20);
      expect(book.tickersEqual).toBe(book.tickersCompared);
      expect(Number(book.bids[0]?.[0])).toBeLessThan(Number(book.asks[0]?.[0]));
    }
    expect(stdout).toMatch(/0 lost, 0 dropped/);
    expectBalanced(report?.hops ?? []);
    const lines = readFileSync(join(SAMPLE, 'ws.txt'), 'utf8').trimEnd().split('\n').length;
    expect(report?.hops.find(({ name }) => name === 'file.kucoin')?.in).toBe(lines);
    expect(report?.latency.decode?.count).toBeGreaterThan(0);
    expect(report?.services.map(({ name }) => name)).toEqual(['gateway-replay', 'replay']);
    expect(report?.services.every(({ pssBytes }) => pssBytes > 0)).toBe(true);
  });

  test('reports the message that the recording lacks, and its repair', async () => {
    const { report } = await sample();
    expect(report?.gaps).toMatchObject([{ state: 'repaired', missing: 1 }]);
  });

  test('gives the same books from the recorded ticks', async () => {
    const raw = await sample();
    const ticks = await replay(`${SAMPLE}.twc`);
    expect(ticks.stderr).toBe('');
    expect(ticks.books).toEqual(raw.books);
    expectBalanced(ticks.report?.hops ?? []);
    const total = (r: Report | undefined) => r?.hops.find(({ name }) => /^ring/.test(name))?.out;
    expect(total(ticks.report)).toBe(total(raw.report));
  });

  test('plays at a multiple of the recorded speed, and says all of it as JSON', async () => {
    const { code, stderr, stdout, report } = await replay(SAMPLE, '--speed', '20', '--json');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const summary = JSON.parse(stdout) as { lost: number; books: { symbol: string }[] };
    expect(summary).toMatchObject({ lost: 0, complaints: [] });
    expect(summary.books.map(({ symbol }) => symbol)).toEqual(['BTC-USDT', 'ETH-USDT']);
    expectBalanced(report?.hops ?? []);
  });

  test('gives the books asked for, and complains of one that is not there', async () => {
    const { code, stderr, books } = await replay(SAMPLE, '--symbols', 'ETH-USDT,NO-SUCH');
    expect(Object.keys(books)).toEqual(['ETH-USDT']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/no book of NO-SUCH/);
  });
});

describe('replay of damaged and foreign sources', () => {
  test('skips damaged lines by name and accounts for them', async () => {
    const folder = join(temporaryDirectory(), 'session');
    cpSync(SAMPLE, folder, { recursive: true });
    appendFileSync(join(folder, 'ws.txt'), 'nonsense\n1736942499000000000 {"type":"mess');
    appendFileSync(
      join(folder, 'rest.txt'),
      '1736942499000000000 GET /api/v9/else {}\n1736942499000000000 GET /api/v3/market/orderbook/level2?symbol=%ZZ {}\n',
    );
    const { code, stderr, report } = await replay(folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/BAD_LINE: .*ws\.txt line \d+/);
    expect(stderr).toMatch(/the capture is damaged/);
    expectBalanced(report?.hops ?? []);
    const dropped = (name: string) => report?.hops.find((hop) => hop.name === name)?.dropped;
    expect(dropped('file.kucoin')).toMatchObject({ BAD_LINE: 1 });
    expect(dropped('file.kucoin.rest')).toMatchObject({ UNKNOWN_PATH: 2 });
    expect(dropped('kucoin.parse')).toMatchObject({ TRUNCATED: 1 });
  });

  test('a capture of another vendor is none of this one', async () => {
    const path = join(temporaryDirectory(), 'other.txt');
    const lines = Array.from({ length: 30 }, (_, at) => `17000000000000000${at + 10} {"e":"x"}\n`);
    writeFileSync(path, lines.join(''));
    const { code, stderr, report } = await replay(path);
    expect(code).toBe(1);
    expect(stderr).toMatch(/skipped: MISSING_FIELD: .*other\.txt line 1: type/);
    expect(stderr).toMatch(/skipped: 20 further records/);
    expect(stderr).toMatch(/none of the 30 messages is one of kucoin/);
    expectBalanced(report?.hops ?? []);
  });

  test('a book that differs from a quote is found', async () => {
    const folder = join(temporaryDirectory(), 'session');
    cpSync(SAMPLE, folder, { recursive: true });
    const lines = readFileSync(join(SAMPLE, 'ws.txt'), 'utf8').split('\n');
    const at = lines.findLastIndex((line) => line.includes('"trade.ticker"'));
    lines[at] = (lines[at] ?? '').replace(/"bestBidSize":"[^"]+"/, '"bestBidSize":"123.456"');
    writeFileSync(join(folder, 'ws.txt'), lines.join('\n'));
    const { code, stderr } = await replay(folder);
    expect(stderr).toMatch(/1 quote differ.*stated 123\.456 @/);
    expect(code).toBe(1);
  });

  test.each([
    ['a missing source', ['nowhere'], 2, /there is no nowhere/i],
    ['a file that is no capture', ['package.json'], 1, /no line of a raw capture/i],
    ['an unknown vendor', [SAMPLE, '--vendor', 'nobody'], 1, /no vendor "nobody"/i],
    [
      'raw and tick captures mixed',
      [SAMPLE, `${SAMPLE}.twc`],
      1,
      /captures of several kinds in one replay/i,
    ],
    ['a wrong speed', [SAMPLE, '--speed', 'fast'], 2, /speed/i],
    ['no source', [], 2, /missing required argument/i],
  ])('refuses %s in a sentence', async (_what, args, exitCode, sentence) => {
    const { code, stderr, stdout } = await runToEnd({ script: MAIN, args: ['replay', ...args] });
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(code).toBe(exitCode);
  });
});

const real = capturedData('replay of a captured session', 'kucoin/capture-2021-04-25');
describe.skipIf(real === undefined)('replay of the captured session', () => {
  const source = real ?? '';

  test('gives the five books of the vendor, and all 375 quotes agree', async () => {
    const { code, stderr, stdout, books, report } = await replay(source, '--vendor', 'kucoin');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const expected = parse<
      Record<
        string,
        {
          finalSequence: string;
          bids: number;
          asks: number;
          bestBid: [string, string];
          bestAsk: [string, string];
          tickersComparable: number;
          tickersEqual: number;
          sha256: string;
        }
      >
    >(join(dirname(source), 'expected-books.json'));
    expect(Object.keys(books).sort()).toEqual(Object.keys(expected).sort());
    for (const [symbol, wanted] of Object.entries(expected)) {
      const book = books[symbol];
      if (book === undefined) throw new Error(`no book of ${symbol}`);
      expect({
        finalSequence: book.sequence,
        bids: book.bids.length,
        asks: book.asks.length,
        bestBid: book.bids[0],
        bestAsk: book.asks[0],
        tickersComparable: book.tickersCompared,
        tickersEqual: book.tickersEqual,
        sha256: sha256(book),
      }).toEqual({
        finalSequence: wanted.finalSequence,
        bids: wanted.bids,
        asks: wanted.asks,
        bestBid: wanted.bestBid,
        bestAsk: wanted.bestAsk,
        tickersComparable: wanted.tickersComparable,
        tickersEqual: wanted.tickersEqual,
        sha256: wanted.sha256,
      });
    }
    expect(stdout).toMatch(/375 compared, 375 equal/);
    expectBalanced(report?.hops ?? []);
    const hop = (name: string) => report?.hops.find((found) => found.name === name);
    expect(hop('file.kucoin')).toMatchObject({ in: 1426, out: 1426 });
    expect(hop('ring.kucoin.0.replay')?.dropped).toEqual({ lapped: 0 });
  });
});
