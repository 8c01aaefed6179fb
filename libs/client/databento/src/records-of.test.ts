// Goal: a file gives all that can be read of it, and says where it ends before its time.
// Method: files of trades that are whole, cut, and damaged; the symbols of two days.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@tickwire/testing';
import { DbnEncoder, RType, TradeRecord } from '@tickwire/wire-dbn';
import { describe, expect, test } from 'vitest';
import { recordsOf } from './index.ts';
import type { RecordMessage } from './index.ts';

const TRADE_BYTES = 48;
const DAY_NS = 86_400_000_000_000n;

/** Trades of instrument 1, sizes from 1 on; its name changes with the second. */
function tradesBytes(count: number): Uint8Array {
  const encoder = new DbnEncoder(new Uint8Array(1024 + count * TRADE_BYTES));
  encoder.metadata({
    ...{ version: 3, dataset: 'GLBX.MDP3', schema: 4, start: 0n, end: 1n, limit: 0n, stypeIn: 1 },
    ...{ stypeOut: 0, tsOut: false, symbolCstrLength: 71, symbols: ['ESZ6', 'ESH7'] },
    ...{ partial: [], notFound: [] },
    mappings: [
      {
        rawSymbol: 'ESZ6',
        intervals: [{ startDate: 19_700_101, endDate: 19_700_102, symbol: '1' }],
      },
      {
        rawSymbol: 'ESH7',
        intervals: [{ startDate: 19_700_102, endDate: 19_700_103, symbol: '1' }],
      },
    ],
  });
  const trade = new TradeRecord();
  for (let at = 0; at < count; at++) {
    encoder.begin(trade, RType.Trade);
    trade.setInstrumentId(1).setSize(at + 1);
    trade.setTsEventBigInt(at === 0 ? 0n : DAY_NS);
  }
  return encoder.written.slice();
}

async function read(bytes: Uint8Array): Promise<{ taken: RecordMessage[]; error: unknown }> {
  const path = join(temporaryDirectory({ name: 'records-of' }), 'trades.dbn');
  writeFileSync(path, bytes);
  const taken: RecordMessage[] = [];
  try {
    for await (const message of recordsOf(path)) taken.push(message);
    return { taken, error: undefined };
  } catch (error) {
    return { taken, error };
  }
}

const sizesOf = (taken: readonly RecordMessage[]) =>
  taken.map(({ type, record }) => (type === 'trade' ? record.size : type));

describe('recordsOf', () => {
  test('gives records that may be kept, with the symbols of their day', async () => {
    const { taken, error } = await read(tradesBytes(3_000));
    expect(error).toBeUndefined();
    expect(sizesOf(taken)).toEqual(Array.from({ length: 3_000 }, (_, at) => at + 1));
    expect(taken.slice(0, 3).map(({ symbol }) => symbol)).toEqual(['ESZ6', 'ESH7', 'ESH7']);
  });

  test('what is before a damage comes, then the error', async () => {
    const whole = tradesBytes(3);
    const { taken, error } = await read(Buffer.concat([whole, new Uint8Array(64)]));
    expect(sizesOf(taken)).toEqual([1, 2, 3]);
    expect(error).toMatchObject({ code: 'BAD_LENGTH', offset: whole.length });
  });

  test('what is before a cut comes, then the error', async () => {
    const { taken, error } = await read(tradesBytes(3).slice(0, -1));
    expect(sizesOf(taken)).toEqual([1, 2]);
    expect(error).toMatchObject({ code: 'TRUNCATED' });
  });
});
