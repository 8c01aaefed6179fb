// Goal: files of DBN become ticks in a ring, every record once and in order, whatever their number
// and size; what is damaged is told and counted, the rest is played.
// Method: the real service on files that are made here and on the vendor's own.
import { readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { openRing } from '@tickwire/io-rings';
import { capturedData, temporaryDirectory } from '@tickwire/testing';
import { RType } from '@tickwire/wire-dbn';
import { TickFlag, TickKind, TickView } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { writeTrades } from '../test/dbn-files.ts';
import { countsOf, startReplay } from '../test/replay-service.ts';

const LARGE_RECORDS = 6_000_000;
const MIB = 1024 * 1024;

interface Played {
  readonly trades: number;
  readonly isInOrder: boolean;
  readonly states: number;
  readonly lastSequence: number;
  readonly symbols: ReadonlySet<string>;
  readonly rssMaxBytes: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly dataDir: string;
}

async function play(sources: readonly string[], env: Record<string, string> = {}): Promise<Played> {
  const ringDir = temporaryDirectory({ shared: true });
  const dataDir = temporaryDirectory();
  const isPaced = env.TICKWIRE_REPLAY_SPEED === undefined;
  const service = await startReplay(sources, {
    ...{ ringDir, dataDir },
    env: { ...(isPaced ? { TICKWIRE_REPLAY_READERS: '1' } : {}), ...env },
  });
  const reader = openRing({
    ...{ dir: ringDir, name: 'databento.0', from: 'oldest' },
    ...(isPaced ? { register: { label: 'test', required: true } } : {}),
  });
  const tick = new TickView();
  const symbols = new Set<string>();
  let [trades, states, last, rssMaxBytes, runs] = [0, 0, -1, 0, 0];
  let isInOrder = true;
  await reader.run(
    (run) => {
      for (let at = 0; at < run.count; at += 1) {
        tick.wrap(run.view, at * 64);
        isInOrder &&= (tick.flags & TickFlag.Replayed) !== 0;
        if (tick.kind === TickKind.Stream) states += 1;
        else if (tick.kind === TickKind.Trade) {
          trades += 1;
          isInOrder &&= tick.sequence > last;
          last = tick.sequence;
          if (symbols.size === 0) symbols.add(reader.directory.get(tick.instrument)?.symbol ?? '');
        }
      }
      runs += 1;
      if (runs % 500 === 1) rssMaxBytes = Math.max(rssMaxBytes, residentBytes(service.pid));
    },
    { untilClosed: true },
  );
  expect(await service.ended).toEqual({ code: 0, signal: null });
  expect(reader.account()).toMatchObject({ lost: 0, inFlight: 0 });
  reader.close();
  const counts = countsOf(ringDir);
  expectBalance(counts);
  return {
    ...{ trades, states, isInOrder, lastSequence: last, symbols },
    ...{ rssMaxBytes, counts, dataDir },
  };
}

function residentBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0; // it has ended
  }
}

function expectBalance(counts: ReadonlyMap<string, number>): void {
  for (const hop of [
    'file.databento/message',
    'databento.parse/message',
    'databento.normalise/tick',
  ]) {
    const dropped = [...counts].filter(([name]) => name.startsWith(`hop/${hop}/dropped:`));
    const sum = dropped.reduce((total, [, count]) => total + count, 0);
    expect([hop, counts.get(`hop/${hop}/in`)]).toEqual([
      hop,
      (counts.get(`hop/${hop}/out`) ?? 0) + sum,
    ]);
  }
  expect(counts.get('hop/file.databento/message/out')).toBe(
    counts.get('hop/databento.parse/message/in'),
  );
}

describe('a replay of DBN', () => {
  test('plays many files in their order, plain and compressed, by their symbols', async () => {
    const folder = temporaryDirectory();
    const [a, b, c] = ['a.dbn', 'b.dbn', 'c.dbn'].map((name) => join(folder, name));
    writeTrades(a ?? '', { records: 1_000 });
    writeTrades(b ?? '', { records: 1_000, first: 1_000 });
    writeTrades(c ?? '', { records: 1_000, first: 2_000 });
    writeFileSync(`${b}.zst`, zstdCompressSync(readFileSync(b ?? '')));
    const played = await play([a ?? '', `${b}.zst`, c ?? '']);
    expect(played).toMatchObject({ trades: 3_000, isInOrder: true, lastSequence: 2_999 });
    expect([...played.symbols]).toEqual(['ESH1']);
  });

  test('plays the rest when files are damaged, and says what is missing', async () => {
    const folder = temporaryDirectory();
    const cut = join(folder, '1-cut.dbn');
    writeTrades(cut, { records: 100 });
    truncateSync(cut, statSync(cut).size - 5);
    const damaged = join(folder, '2-damaged.dbn');
    writeTrades(damaged, { records: 100, first: 100 });
    const bytes = readFileSync(damaged);
    bytes[bytes.length - 50 * 48 + 1] = RType.Imbalance;
    writeFileSync(damaged, bytes);
    writeFileSync(join(folder, '3-no.dbn'), 'nothing of the kind');
    writeTrades(join(folder, '4-good.dbn'), { records: 100, first: 200 });
    const { trades, states, isInOrder, counts, dataDir } = await play([folder]);
    expect({ trades, isInOrder }).toEqual({ trades: 298, isInOrder: true });
    expect(counts.get('count/file.damaged')).toBe(2);
    expect(counts.get('hop/file.databento/message/dropped:BAD_RECORD_SIZE')).toBe(1);
    // The cut, the record, the file that is none.
    expect([states, counts.get('count/gaps')]).toEqual([3, 3]);
    const ledger = readdirSync(join(dataDir, 'ledger')).map((name) =>
      readFileSync(join(dataDir, 'ledger', name), 'utf8'),
    );
    expect(ledger.join('').trim().split('\n')).toHaveLength(3);
  });

  test('keeps the distances of the recording, as many times faster as asked for', async () => {
    const path = join(temporaryDirectory(), 'slow.dbn');
    writeTrades(path, { records: 20, stepNs: 1_000_000_000 });
    const begunMs = performance.now();
    const { trades } = await play([path], { TICKWIRE_REPLAY_SPEED: '40' });
    expect(trades).toBe(20);
    expect(performance.now() - begunMs).toBeGreaterThan((19 * 1_000) / 40);
  });

  test(
    `a file of ${LARGE_RECORDS} records is played in less memory than it has bytes`,
    { timeout: 120_000 },
    async () => {
      const path = join(temporaryDirectory(), 'large.dbn');
      writeTrades(path, { records: LARGE_RECORDS });
      const bytes = statSync(path).size;
      expect(bytes).toBeGreaterThan(270 * MIB);
      const { trades, isInOrder, rssMaxBytes } = await play([path]);
      expect({ trades, isInOrder }).toEqual({ trades: LARGE_RECORDS, isInOrder: true });
      expect(rssMaxBytes).toBeGreaterThan(0);
      expect(rssMaxBytes).toBeLessThan(200 * MIB); // of which a Node that does nothing has 50
    },
  );
});

const data = capturedData('DBN in a replay', 'dbn');
describe.skipIf(data === undefined)('captured DBN', () => {
  test.each(['dbn', 'py/GLBX.MDP3', 'py/EQUS.MINI'])('%s is played, all of it', async (part) => {
    const folder = join(data ?? '', part);
    const lines = readdirSync(folder).reduce((sum, name) => {
      const text = readFileSync(join(data ?? '', 'expected', part, `${name}.jsonl`), 'utf8');
      const rows = text.trim().split('\n').length;
      return sum + rows - (name.includes('.frag') ? 0 : 1); // metadata are the first line
    }, 0);
    const { counts } = await play([folder]);
    expect(counts.get('hop/file.databento/message/out')).toBe(lines);
    expect(counts.get('count/file.damaged') ?? 0).toBe(0);
    expect(counts.get('hop/databento.parse/message/dropped:no-price')).toBe(0);
  });
});
