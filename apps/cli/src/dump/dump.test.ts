// Goal: a dump says what is in the file, exactly, and survives what is not. Method: the command as
// a process; every message of the captured session read by JSON.parse alone and compared, decimal
// by decimal, with the lines of the dump.
import { spawn } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { TICK_BYTES } from '@tickwire/core';
import { createRing } from '@tickwire/io-rings';
import { capturedData, repositoryRoot, temporaryDirectory } from '@tickwire/testing';
import { TickBatch, TickKind } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { runDump as dump } from '../../test/run-dump.ts';
import type { DumpLine as Line } from '../../test/run-dump.ts';

const MAIN = 'apps/cli/src/main.ts';
const SAMPLE = join(repositoryRoot(), 'samples/kucoin-session');

describe('dump of samples', () => {
  test('gives normalised ticks, up to the limit', async () => {
    const { code, stderr, ticks } = await dump(SAMPLE, '--limit', '5');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(ticks).toHaveLength(5);
    expect(ticks.map(({ position }) => position)).toEqual([0, 1, 2, 3, 4]);
    expect(ticks.find(({ kind }) => kind === 'QUOTE')).toMatchObject({
      vendor: 'kucoin',
      symbol: 'BTC-USDT',
      flags: expect.arrayContaining(['REPLAYED']),
    });
  });

  test('gives the raw records byte for byte, in the order of receipt', async () => {
    const { code, lines } = await dump(SAMPLE, '--raw');
    expect(code).toBe(0);
    const frames = lines.filter((line) => line.includes('"kind":"ws"'));
    const recorded = readFileSync(join(SAMPLE, 'ws.txt'), 'utf8').trimEnd().split('\n');
    expect(frames).toEqual(
      recorded.map((line) => {
        const space = line.indexOf(' ');
        const ts = line.slice(0, space);
        return `{"ts":"${ts}","kind":"ws","connection":0,"message":${line.slice(space + 1)}}`;
      }),
    );
    const stamps = lines.map((line) => BigInt((JSON.parse(line) as { ts: string }).ts));
    expect(stamps).toEqual([...stamps].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  });

  test('gives the same ticks from the recorded ticks, but for what replaying changes', async () => {
    const raw = await dump(SAMPLE);
    const recorded = await dump(`${SAMPLE}.twc`);
    const same = ({ flags, publishDeltaNs: _delta, ...tick }: Line) => ({
      ...tick,
      flags: Array.isArray(flags) ? flags.filter((f) => !/REPLAYED|SIMULATED/.test(f)) : flags,
    });
    expect(recorded.ticks.map(same)).toEqual(raw.ticks.map(same));
    expect(raw.ticks.length).toBeGreaterThan(500);
  });

  test('gives only the symbols asked for', async () => {
    const { ticks } = await dump(`${SAMPLE}.twc`, '--symbols', 'ETH-USDT');
    expect(new Set(ticks.map(({ symbol }) => symbol))).toEqual(new Set(['ETH-USDT']));
  });

  test('shows the frames of a tick capture as they lie in the file', async () => {
    const { ticks } = await dump(`${SAMPLE}.twc`, '--raw', '--limit', '3');
    expect(ticks[0]).toMatchObject({ kind: 'directory', offset: 0, epoch: 1 });
    const run = ticks.find(({ kind }) => kind === 'ticks');
    expect(String(run?.bytes)).toHaveLength(Number(run?.count) * TICK_BYTES * 2);
  });

  test('ends quietly when its reader has had enough', async () => {
    const path = join(temporaryDirectory(), 'long.gz');
    const line = `1700000000000000000 {"filler":"${'x'.repeat(200)}"}\n`;
    writeFileSync(path, gzipSync(line.repeat(50_000)));
    const child = spawn(process.execPath, [MAIN, 'dump', path, '--raw'], {
      cwd: repositoryRoot(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code] = (await once(child, 'close')) as [number];
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('dump of a ring', () => {
  test('gives what it holds now, by path and by name', async () => {
    const dir = temporaryDirectory({ shared: true });
    const ring = createRing({ dir, name: 'demo.0', vendor: 'demo', slotCount: 64 });
    const batch = new TickBatch(8);
    for (let at = 0; at < 8; at++) {
      const tick = batch.add(TickKind.Trade);
      tick.price = 100 + at;
      tick.size = 1;
    }
    ring.publish(batch.bytes, batch.count);
    const byPath = await dump(join(dir, 'demo.0.ring'));
    const byName = await dump('demo.0', '--ring-dir', dir);
    ring.close();
    expect(byPath.stderr).toBe('');
    expect(byPath.ticks.map(({ price }) => price)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((at) => String(100 + at)),
    );
    expect(byName.lines).toEqual(byPath.lines);
  });
});

describe('dump of hostile and foreign files', () => {
  test('names formats that it knows but cannot read yet, and reads the others', async () => {
    const folder = temporaryDirectory();
    const write = (name: string, bytes: Uint8Array | string): string => {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    };
    const files = [
      write('a.parquet', 'PAR1xxxx'),
      write('b.pcap', Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0)),
      write('c.txt', 'once upon a time'),
      join(folder, 'absent'),
      write('d.txt', '1700000000000000000 {"a":1}\n'),
    ];
    const { code, stderr, lines } = await dump(...files, '--raw');
    const sentences = stderr.trim().split('\n');
    expect(sentences).toHaveLength(4);
    expect(sentences[0]).toMatch(/a\.parquet: is Parquet: this version cannot read it yet/);
    expect(sentences[1]).toMatch(/TRUNCATED: .*b\.pcap offset 0/);
    expect(sentences[2]).toMatch(/c\.txt: no line of a raw capture/);
    expect(sentences[3]).toMatch(/no file and no ring .*absent/);
    expect(lines).toEqual([
      '{"ts":"1700000000000000000","kind":"ws","connection":0,"message":{"a":1}}',
    ]);
    expect(code).toBe(1);
  });

  test('a cut tick capture gives its whole frames and says where it ends', async () => {
    const folder = temporaryDirectory();
    const path = join(folder, 'cut.twc');
    const whole = readFileSync(`${SAMPLE}.twc`);
    writeFileSync(path, whole.subarray(0, whole.length - 7));
    const { code, stderr, ticks } = await dump(path);
    expect(stderr).toMatch(/TRUNCATED: .*cut\.twc offset \d+/);
    expect(code).toBe(1);
    copyFileSync(`${SAMPLE}.twc`, path);
    const all = await dump(path);
    expect(all.ticks.length - ticks.length).toBeGreaterThan(0);
    expect(all.ticks.slice(0, ticks.length)).toEqual(ticks);
  });

  test('names damaged lines and shows text that is no JSON as text', async () => {
    const path = join(temporaryDirectory(), 'odd.txt');
    writeFileSync(
      path,
      '1700000000000000000 {"big":1234567890123456789}\nrubbish\n1700000000000000001 a "b"\n',
    );
    const { code, stderr, lines } = await dump(path, '--raw');
    expect(lines).toEqual([
      '{"ts":"1700000000000000000","kind":"ws","connection":0,"message":{"big":1234567890123456789}}',
      '{"ts":"1700000000000000001","kind":"ws","connection":0,"message":"a \\"b\\""}',
    ]);
    expect(stderr).toMatch(/BAD_LINE: .*odd\.txt line 2/);
    expect(code).toBe(1);
  });

  test('refuses --raw with --ticks', async () => {
    const { code, stderr } = await dump(SAMPLE, '--raw', '--ticks');
    expect(stderr).toMatch(/exclude each other/);
    expect(code).toBe(2);
  });
});

const real = capturedData('decimals of a captured session', 'kucoin/capture-2021-04-25');
describe.skipIf(real === undefined)('decimals of the captured session', () => {
  test('every message comes back from its ticks with its own values', async () => {
    const { code, ticks } = await dump(real ?? '');
    expect(code).toBe(0);
    const session = readSession(real ?? '');
    const counted = { changes: 0, quotes: 0, trades: 0, snapshots: 0 };
    for (const [symbol, wanted] of session) {
      const mine = ticks.filter((tick) => tick.symbol === symbol);
      const ofKind = (kind: string) => mine.filter((tick) => tick.kind === kind);
      const isImage = (tick: Line) => (tick.flags as string[]).includes('SNAPSHOT');
      const image = ofKind('LEVEL').filter(isImage);
      expect(image.map(levelOf).sort(), symbol).toEqual(wanted.snapshot.map(String).sort());
      const changes = ofKind('LEVEL').filter((tick) => !isImage(tick));
      expect(
        changes.map((tick) => [tick.sequence, levelOf(tick)].join()),
        symbol,
      ).toEqual(wanted.changes.map(([sequence, level]) => [low32(sequence), level].join()));
      const quotes = ofKind('QUOTE').map((tick) =>
        [
          tick.sequence,
          tick.bidPrice,
          tick.bidSize,
          tick.askPrice,
          tick.askSize,
          tick.tsEvent,
        ].join(),
      );
      expect(quotes, symbol).toEqual(wanted.quotes);
      const trades = ofKind('TRADE').map((tick) =>
        [tick.price, tick.size, tick.side, tick.tsEvent].join(),
      );
      expect(trades, symbol).toEqual(wanted.trades);
      counted.changes += changes.length;
      counted.quotes += quotes.length;
      counted.trades += trades.length;
      counted.snapshots += image.length;
    }
    expect(session.size).toBe(5);
    // What the description of the data says is in it: none of these may be empty by mistake.
    expect(counted.quotes).toBe(385);
    expect(counted.trades).toBe(1);
    expect(counted.changes).toBeGreaterThan(900);
    expect(counted.snapshots).toBeGreaterThan(4_000);
  });
});

interface Wanted {
  snapshot: string[];
  changes: [bigint, string][];
  quotes: string[];
  trades: string[];
}

const strip = (text: string): string =>
  text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
const low32 = (sequence: bigint): number => Number(sequence & 0xffff_ffffn);
const levelOf = (tick: Line): string =>
  tick.price === undefined ? 'none' : [tick.side, tick.price, tick.size].join();

/** The session by symbol as its own text says it, without any of our code. */
function readSession(folder: string): Map<string, Wanted> {
  const session = new Map<string, Wanted>();
  const sequences = new Map<string, bigint>();
  for (const line of linesOf(join(folder, 'rest-level2-snapshots.txt'))) {
    const symbol = /symbol=(\S+) /.exec(line)?.[1] ?? '';
    const { data } = JSON.parse(line.slice(line.indexOf(': {') + 2)) as {
      data: { sequence: string; bids: [string, string][]; asks: [string, string][] };
    };
    const rows = (side: string, levels: [string, string][]) =>
      levels.map(([price, size]) => [side, strip(price), strip(size)].join());
    sequences.set(symbol, BigInt(data.sequence));
    session.set(symbol, {
      snapshot: [...rows('bid', data.bids), ...rows('ask', data.asks)],
      changes: [],
      quotes: [],
      trades: [],
    });
  }
  for (const line of linesOf(join(folder, 'ws.txt'))) {
    const message = JSON.parse(line.slice(line.indexOf(': ') + 2)) as Message;
    const symbol = message.topic?.split(':')[1] ?? '';
    const wanted = session.get(symbol);
    if (wanted !== undefined) readMessage(message, wanted, sequences.get(symbol) ?? 0n);
  }
  return session;
}

interface Message {
  topic?: string;
  subject?: string;
  data: Record<string, string | number> & {
    changes: { asks: [string, string, string][]; bids: [string, string, string][] };
  };
}

function readMessage({ subject, data }: Message, wanted: Wanted, snapshot: bigint): void {
  if (subject === 'trade.l2update') {
    const side = (name: string, rows: [string, string, string][]): [bigint, string][] =>
      rows.map(([price, size, sequence]) => {
        const level = Number(price) === 0 ? 'none' : [name, strip(price), strip(size)].join();
        return [BigInt(sequence), level];
      });
    const changes = [...side('ask', data.changes.asks), ...side('bid', data.changes.bids)];
    changes.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
    wanted.changes.push(...changes.filter(([sequence]) => sequence > snapshot));
  } else if (subject === 'trade.ticker') {
    const values = [data.bestBid, data.bestBidSize, data.bestAsk, data.bestAskSize].map(String);
    const time = BigInt(data.time ?? 0) * 1_000_000n;
    const sequence = low32(BigInt(data.sequence ?? 0));
    wanted.quotes.push([sequence, ...values.map(strip), time].join());
  } else if (subject === 'trade.l3match') {
    const side = data.side === 'buy' ? 'bid' : 'ask';
    const values = [strip(String(data.price)), strip(String(data.size)), side, data.time];
    wanted.trades.push(values.join());
  }
}

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').trimEnd().split('\n');
