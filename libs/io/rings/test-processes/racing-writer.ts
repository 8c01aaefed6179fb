// Tries to become the writer of a ring at a given moment, again and again. Messages in: `Race` or
// 'abandon', 'close'. Messages out: `{type:'ready'}`, then `RaceResult` for each race.
import { TickwireError } from '@tickwire/core';
import { createMonotonicClock } from '@tickwire/ipc-shm';
import { createRing } from '../src/index.ts';
import type { CreateRingOptions, RingProducer } from '../src/index.ts';

export interface Race {
  readonly ring: CreateRingOptions;
  /** CLOCK_MONOTONIC: the same moment for all that race. */
  readonly startAtNs: number;
}

export interface RaceResult {
  readonly type: 'raced';
  readonly won: boolean;
  /** Of what was thrown, when it did not win. */
  readonly code?: string;
}

const monotonicNs = createMonotonicClock();
let ring: RingProducer | undefined;

process.on('message', (message: Race | 'abandon' | 'close') => {
  if (message === 'abandon') ring?.abandon();
  else if (message === 'close') ring?.close();
  else process.send?.(race(message));
});
process.on('disconnect', () => process.exit(1));
process.send?.({ type: 'ready', info: {} });

function race({ ring: options, startAtNs }: Race): RaceResult {
  while (monotonicNs() < startAtNs) {
    // nothing: whoever sleeps comes late
  }
  try {
    ring = createRing(options);
    return { type: 'raced', won: true };
  } catch (error) {
    ring = undefined;
    const code = error instanceof TickwireError ? error.code : String(error);
    return { type: 'raced', won: false, code };
  }
}
