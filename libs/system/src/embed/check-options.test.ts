// Goal: a wrong option is named before anything starts, and says what to write instead.
import { describe, expect, test } from 'vitest';
import { findVendor } from '../plan/vendors.ts';
import { checkBatch, checkOptions } from './check-options.ts';
import type { StartSystemOptions } from './embed-options.ts';

const kucoin = { vendor: 'kucoin', symbols: ['BTC-USDT'] };

/** What a program in JavaScript may write. */
function check(options: unknown): void {
  checkOptions(options as StartSystemOptions);
}

describe('the options of an embedded system', () => {
  test.each([
    [{}, 'feeds'],
    [{ feeds: [] }, 'feeds'],
    [{ feeds: 'kucoin' }, 'feeds'],
    [{ feeds: [null] }, 'feeds[0]'],
    [{ feeds: [{ vendor: 'nobody' }] }, 'feeds[0].vendor'],
    [{ feeds: [kucoin, { vendor: 'kucoin', symbols: [] }] }, 'feeds[1].symbols'],
    [{ feeds: [{ vendor: 'kucoin', symbols: ['A B'] }] }, 'feeds[0].symbols'],
    [{ feeds: [{ vendor: 'kucoin', symbols: ['A,B'] }] }, 'feeds[0].symbols'],
    [{ feeds: [{ vendor: 'kucoin', symbols: [7] }] }, 'feeds[0].symbols'],
    [{ feeds: [{ vendor: 'kucoin', dataset: 'X' }] }, 'feeds[0].dataset'],
    [{ feeds: [{ vendor: 'kucoin', rate: -1 }] }, 'feeds[0].rate'],
    [{ feeds: [{ vendor: 'kucoin', rate: 5, live: true }] }, 'feeds[0].rate'],
    [{ feeds: [{ vendor: 'kucoin', apiKey: 'abc' }] }, 'apiKey'],
    [{ feeds: [{ vendor: 'kucoin', apiKey: { key: 'a', secret: 'b' } }] }, 'apiKey'],
    [{ feeds: [{ vendor: 'kucoin', symbol: 'BTC-USDT' }] }, 'feeds[0].symbol'],
    [{ feeds: [kucoin], aggregation: { timeframes: [0] } }, 'aggregation.timeframes'],
    [{ feeds: [kucoin], aggregation: { timeframes: [] } }, 'aggregation.timeframes'],
    [{ feeds: [kucoin], onTick: 'print' }, 'onTick'],
    [{ feeds: [kucoin], onTicks: () => undefined }, 'onTicks'],
    [{ feeds: [kucoin], batch: { count: 0 } }, 'batch.count'],
    [{ feeds: [kucoin], batch: { count: 65_537 } }, 'batch.count'],
    [{ feeds: [kucoin], batch: { policy: 'block' } }, 'batch.policy'],
    [{ feeds: [kucoin], batch: { policy: 'keep' } }, 'batch.policy'],
    [{ feeds: [kucoin], batch: { size: 5 } }, 'batch.size'],
    [{ feeds: [kucoin], persistence: true }, 'persistence'],
    [{ feeds: [kucoin], bus: 'here' }, 'bus'],
    [{ feeds: [kucoin], seed: 0.5 }, 'seed'],
    [{ feeds: [kucoin], dataDir: '' }, 'dataDir'],
    [{ feeds: [kucoin], ringSlots: 1_000 }, 'ringSlots'],
  ])('%j is refused by name', (options, name) => {
    expect(() => check(options)).toThrow(
      expect.objectContaining({
        ...{ code: 'USAGE', message: expect.stringContaining(`${name}: `) },
        hint: expect.stringMatching(/\w/),
      }),
    );
  });

  test('a key that is refused is not repeated in the error', () => {
    const apiKey = { key: 'id', secret: 'hush-hush' };
    expect(() => check({ feeds: [{ vendor: 'kucoin', apiKey }] })).not.toThrow(/hush/);
    expect(() => check({ feeds: [{ vendor: 'kucoin', apiKey: 'id:hush' }] })).not.toThrow(/hush/);
  });

  test('a misspelled option is met with its right name', () => {
    expect(() => check({ feeds: [kucoin], onTik: () => undefined })).toThrow(
      expect.objectContaining({ hint: 'Do you mean onTick?' }),
    );
  });

  test('the least, and all of it, are taken', () => {
    check({ feeds: [{ vendor: 'kucoin' }] });
    checkBatch({ count: 5_000, maxDelayMs: 50, queueTicks: 50_000, policy: 'conflate' });
    const apiKey = { key: 'k', secret: 's', passphrase: 'p' };
    check({ feeds: [{ ...kucoin, live: true, apiKey }], onBar: () => undefined, bus: true });
  });

  test('a key in one text is the same as in three', () => {
    const vendor = findVendor('kucoin');
    const apart = { key: 'k', secret: 's', passphrase: 'p:q' };
    expect(vendor?.keyEnvironment('k:s:p:q')).toEqual(vendor?.keyEnvironment(apart));
    expect(vendor?.keyEnvironment(apart)).toEqual({
      TICKWIRE_KUCOIN_API_KEY: 'k',
      TICKWIRE_KUCOIN_API_SECRET: 's',
      TICKWIRE_KUCOIN_API_PASSPHRASE: 'p:q',
    });
  });
});
