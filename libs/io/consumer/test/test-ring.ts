/** A ring to write in tests, with instruments, and ticks that say which they are. */
import { onTestFinished } from 'vitest';
import { TICK_BYTES } from '@tickwire/core';
import { createRing } from '@tickwire/io-rings';
import type { CreateRingOptions, RingProducer } from '@tickwire/io-rings';
import { temporaryDirectory } from '@tickwire/testing';
import { TickKind, TickView } from '@tickwire/wire-tick';

export interface TestRing {
  readonly dir: string;
  readonly ring: RingProducer;
  /** Publishes ticks whose `sequence` is their position; returns the first position. */
  publish(ticks: readonly TestTick[]): number;
}

export interface TestTick {
  readonly kind?: TickKind;
  readonly instrument?: number;
  readonly price?: number;
}

export const SYMBOLS = ['BTC-USDT', 'ETH-USDT', 'SOL-USDT'] as const;

export function testRing(options: Partial<CreateRingOptions> = {}): TestRing {
  const dir = options.dir ?? temporaryDirectory({ shared: true, name: 'consumer' });
  const name = options.name ?? 'test.0';
  const ring = createRing({
    vendor: 'test',
    slotCount: 1_024,
    directoryCapacity: 16,
    ...options,
    dir,
    name,
  });
  onTestFinished(() => ring.close());
  const channel = ring.directory.get(0);
  if (channel === undefined) throw new Error('no entry 0');
  for (const symbol of SYMBOLS) ring.append({ ...channel, symbol, canonicalSymbol: '' });
  const tick = new TickView();
  return {
    dir,
    ring,
    publish(ticks) {
      const bytes = new Uint8Array(ticks.length * TICK_BYTES);
      const view = new DataView(bytes.buffer);
      const first = ring.position;
      for (const [index, { kind = TickKind.Trade, instrument = 1, price = 0 }] of ticks.entries()) {
        tick.wrap(view, index * TICK_BYTES).begin(kind);
        tick.instrument = instrument;
        tick.sequence = first + index;
        if (kind === TickKind.Trade) tick.price = price;
        if (kind === TickKind.Quote) tick.bidPrice = price;
      }
      ring.publish(bytes, ticks.length);
      return first;
    },
  };
}

export const trades = (count: number): TestTick[] => Array.from({ length: count }, () => ({}));
