import type { ConformanceTest } from './conformance-test.ts';
import { accounting } from './tests/accounting.ts';
import { digits, finerDigits } from './tests/digits.ts';
import { drain } from './tests/drain.ts';
import { firstTick } from './tests/first-tick.ts';
import { gap } from './tests/gap.ts';
import { halfOpen } from './tests/half-open.ts';
import { heartbeat } from './tests/heartbeat.ts';
import { hostileInput } from './tests/hostile-input.ts';
import { killed } from './tests/killed.ts';
import { reconnect } from './tests/reconnect.ts';
import { stale } from './tests/stale.ts';
import { subscriptionLimits } from './tests/subscription-limits.ts';

/** What every gateway has to do, in the order in which a new one best learns it. */
export const CONFORMANCE_TESTS: readonly ConformanceTest[] = [
  firstTick,
  digits,
  finerDigits,
  accounting,
  gap,
  hostileInput,
  subscriptionLimits,
  heartbeat,
  halfOpen,
  reconnect,
  stale,
  drain,
  killed,
];
