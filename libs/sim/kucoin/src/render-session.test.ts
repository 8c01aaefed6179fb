import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { ClientBook } from '../test/raw-client.ts';
import type { Level2Data } from '../test/raw-client.ts';
import { renderSession } from './render-session.ts';
import { writeSession } from './session-files.ts';

const OPTIONS = {
  startMs: 1_729_816_425_625,
  durationMs: 5_000,
  rate: 400,
  symbols: ['BTC-USDT', 'ETH-USDT', 'SIM0001-USDT'],
};

describe('a rendered session', () => {
  test('can be followed from its books to its end without a gap', () => {
    const session = renderSession({ ...OPTIONS, seed: testSeed(), bookDepth: 'full' });
    for (const symbol of OPTIONS.symbols) {
      const answer = session.rest.findLast(({ path }) => path.endsWith(`?symbol=${symbol}`));
      const book = new ClientBook(JSON.parse(answer?.body ?? '{}').data);
      const before = book.sequence;
      for (const { text } of session.ws) {
        if (!text.includes(`"/market/level2:${symbol}"`)) continue;
        const { data }: { data: Level2Data } = JSON.parse(text);
        expect(book.apply(data)).toBe(true);
      }
      expect(book.sequence).toBeGreaterThan(before);
      const { bids, asks } = book.sorted();
      expect(Number(bids[0]?.[0])).toBeLessThan(Number(asks[0]?.[0]));
    }
    expect(session.ws.length).toBeGreaterThan(1_900);
  });

  test('is the same again with the same seed, in rising time', () => {
    const first = renderSession({ ...OPTIONS, seed: 'a' });
    expect(renderSession({ ...OPTIONS, seed: 'a' })).toEqual(first);
    expect(renderSession({ ...OPTIONS, seed: 'b' }).ws).not.toEqual(first.ws);
    for (const list of [first.ws, first.rest]) {
      for (let i = 1; i < list.length; i += 1) {
        expect((list[i]?.tsNs ?? 0n) > (list[i - 1]?.tsNs ?? 0n)).toBe(true);
      }
    }
  });

  test('is written as one line each, receive time first', () => {
    const directory = join(temporaryDirectory({ name: 'session' }), 'new');
    const session = renderSession({ ...OPTIONS, seed: 'a', durationMs: 1_000 });
    writeSession(directory, session);
    const lines = readFileSync(join(directory, 'ws.txt'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(session.ws.length);
    expect(lines[0]).toMatch(/^17298164\d{11} \{"id":"recorder","type":"welcome"\}$/);
    const rest = readFileSync(join(directory, 'rest.txt'), 'utf8').trimEnd().split('\n');
    expect(rest[0]).toMatch(/^17298164\d{11} POST \/api\/v1\/bullet-public \{"code":"200000",/);
    expect(rest[1]).toMatch(/^17298164\d{11} GET \/api\/v2\/symbols \{"code":"200000",/);
    for (const line of lines) expect(() => JSON.parse(line.slice(20))).not.toThrow();
  });
});
