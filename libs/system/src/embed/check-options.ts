/** Looks at what a program asks for before anything starts, and names what is wrong. */
import { BackpressureError, BatchQueue } from '@tickwire/domain-backpressure';
import type { BatchQueueOptions } from '@tickwire/domain-backpressure';
import { nearest } from '../config/nearest-name.ts';
import { SystemError } from '../errors.ts';
import { findVendor, vendorNames } from '../plan/vendors.ts';
import type { StartSystemOptions, SystemFeed } from './embed-options.ts';

const RATE_MAX = 1_000_000;
const TIMEFRAME_MAX_SEC = 86_400;
const SEED_LIMIT = 2 ** 32;
const RING_SLOTS_MIN = 1_024;
const RING_SLOTS_MAX = 2 ** 22;

const HANDLERS = [
  ...['onTick', 'onBatch', 'onBar', 'onGap', 'onStream', 'onServiceState', 'onError', 'onNote'],
] as const;
const OPTIONS = [
  ...[
    'feeds',
    'aggregation',
    'batch',
    'bus',
    'persistence',
    'dataDir',
    'seed',
    'signal',
    'ringSlots',
  ],
  ...HANDLERS,
];
const FEED_OPTIONS = ['vendor', 'symbols', 'live', 'apiKey', 'dataset', 'rate'];

/** @throws SystemError `USAGE` naming the first bad option. */
export function checkOptions(options: StartSystemOptions): void {
  checkNames(options, OPTIONS, '');
  const { feeds, aggregation, dataDir, persistence, bus } = options;
  if (!Array.isArray(feeds) || feeds.length === 0) {
    throw bad('feeds', 'names no feed', { hint: "Give at least one, as [{ vendor: 'kucoin' }]" });
  }
  feeds.forEach((feed, at) => checkFeed(feed, `feeds[${at}]`));
  if (typeof aggregation === 'object') checkTimeframes(aggregation.timeframes ?? [1]);
  checkBatch(options.batch ?? {});
  for (const name of HANDLERS) {
    const handler: unknown = options[name as keyof StartSystemOptions];
    if (handler !== undefined && typeof handler !== 'function') {
      throw bad(name, 'is no function', { hint: 'Give a function, or leave it out' });
    }
  }
  if (dataDir !== undefined && (typeof dataDir !== 'string' || dataDir === '')) {
    throw bad('dataDir', 'is no path', { hint: 'Give a directory, or leave it out' });
  }
  if (persistence === true && dataDir === undefined) {
    throw bad('persistence', 'a store needs a place that stays', { hint: 'Give dataDir too' });
  }
  if (typeof bus === 'string' && !URL.canParse(bus)) {
    throw bad('bus', `${JSON.stringify(bus)} is no address`, {
      hint: 'Give one such as nats://127.0.0.1:4222, or true',
    });
  }
  checkNumbers(options);
}

function checkNumbers({ seed, ringSlots }: StartSystemOptions): void {
  if (seed !== undefined && !(Number.isInteger(seed) && seed >= 0 && seed < SEED_LIMIT)) {
    throw bad('seed', `${seed} is not a whole number`, { hint: 'Use 0 to 4294967295' });
  }
  if (ringSlots === undefined) return;
  const isGood = ringSlots >= RING_SLOTS_MIN && ringSlots <= RING_SLOTS_MAX;
  if (isGood && Number.isInteger(Math.log2(ringSlots))) return;
  throw bad('ringSlots', `${ringSlots} is no size of a ring`, {
    hint: `Use a power of two from ${RING_SLOTS_MIN} to ${RING_SLOTS_MAX}`,
  });
}

/** @throws SystemError `USAGE` naming the first bad option. */
export function checkFeed(feed: SystemFeed, at: string): void {
  if (typeof feed !== 'object' || feed === null) {
    throw bad(at, 'is no feed', { hint: "Write { vendor: 'kucoin', symbols: ['BTC-USDT'] }" });
  }
  checkNames(feed, FEED_OPTIONS, `${at}.`);
  const vendor = findVendor(feed.vendor);
  if (vendor === undefined) {
    throw bad(`${at}.vendor`, `there is no vendor ${JSON.stringify(feed.vendor)}`, {
      hint: `Use one of: ${vendorNames().join(', ')}`,
    });
  }
  const { symbols, dataset, rate } = feed;
  if (symbols !== undefined) checkSymbols(symbols, `${at}.symbols`);
  if (dataset !== undefined) {
    throw bad(`${at}.dataset`, `${feed.vendor} has no datasets`, { hint: 'Leave it out' });
  }
  if (rate !== undefined && !(Number.isInteger(rate) && rate >= 0 && rate <= RATE_MAX)) {
    throw bad(`${at}.rate`, `${rate} is not a whole number`, { hint: `Use 0 to ${RATE_MAX}` });
  }
  if (feed.live === true && rate !== undefined) {
    throw bad(`${at}.rate`, 'a live feed has its own rate', {
      hint: 'Leave it out, or leave out live',
    });
  }
  if (feed.apiKey !== undefined) vendor.keyEnvironment(feed.apiKey);
}

function checkSymbols(symbols: readonly string[], at: string): void {
  if (!Array.isArray(symbols) || symbols.length === 0) {
    throw bad(at, 'is an empty list', { hint: 'Name symbols, or leave it out' });
  }
  const odd = symbols.find(
    (symbol) => typeof symbol !== 'string' || !/^[^\s,]{1,80}$/.test(symbol),
  );
  if (odd !== undefined) {
    throw bad(at, `${JSON.stringify(odd)} is no symbol`, {
      hint: 'Write them as the vendor does, such as BTC-USDT',
    });
  }
}

/** @throws SystemError `USAGE`. */
export function checkTimeframes(timeframes: readonly number[]): void {
  const isGood = (seconds: number): boolean =>
    Number.isInteger(seconds) && seconds >= 1 && seconds <= TIMEFRAME_MAX_SEC;
  if (Array.isArray(timeframes) && timeframes.length > 0 && timeframes.every(isGood)) return;
  throw bad('aggregation.timeframes', `${JSON.stringify(timeframes)} are no lengths of bars`, {
    hint: `Use whole seconds from 1 to ${TIMEFRAME_MAX_SEC}, such as [1, 60]`,
  });
}

/** @throws SystemError `USAGE`. */
export function checkBatch(batch: BatchQueueOptions): void {
  checkNames(batch, ['count', 'maxDelayMs', 'queueTicks', 'policy'], 'batch.');
  if (batch.policy === 'block') {
    throw bad('batch.policy', 'a ring does not wait, so nobody can be blocked', {
      hint: 'Use drop-oldest, drop-newest or conflate',
    });
  }
  try {
    void new BatchQueue(batch);
  } catch (error) {
    if (!(error instanceof BackpressureError)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    throw new SystemError('USAGE', `batch.${error.message}`, { ...hint, cause: error });
  }
}

function checkNames(options: object, known: readonly string[], at: string): void {
  const name = Object.keys(options).find((key) => !known.includes(key));
  if (name === undefined) return;
  const near = nearest(name, known);
  throw bad(`${at}${name}`, 'there is no such option', {
    hint: near === undefined ? `There are: ${known.join(', ')}` : `Do you mean ${near}?`,
  });
}

export function bad(option: string, why: string, options: { hint: string }): SystemError {
  return new SystemError('USAGE', `${option}: ${why}`, options);
}
