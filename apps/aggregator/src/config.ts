// Configuration of the aggregator. Keys are TICKWIRE_<KEY IN CAPITALS>.
import {
  environmentFlag,
  environmentList,
  environmentNumber,
  serviceConfig,
} from '@tickwire/io-service';
import { z } from 'zod';

const MS_PER_SECOND = 1000;

const timeframesMs = environmentList.transform((list, context) =>
  list.map((text) => {
    const ms = Number(text) * MS_PER_SECOND;
    if (!Number.isInteger(ms) || ms < 1 || ms >= 2 ** 32) {
      context.addIssue({ code: 'custom', message: `${text} is no length of a bar in seconds` });
    }
    return ms;
  }),
);

export const aggregatorConfig = serviceConfig.extend({
  /** Lengths of bars, written in seconds, `1,60`, and kept in ms; whole ms only. */
  timeframes: timeframesMs.default([1_000, 60_000]),
  /** Ring time from the end of an interval to its bar, ms. */
  graceMs: environmentNumber.pipe(z.number().min(0)).default(250),
  /** Bars for intervals without trades too. */
  emptyBars: environmentFlag.default(false),
  /** The bus; without it bars go to their ring only. */
  natsUrl: z.string().min(1).optional(),
  /** Name of the ring of bars. */
  barRing: z.string().min(1).default('bars.0'),
  /** Slots of that ring; a bar takes two. */
  barRingSlots: environmentNumber.pipe(z.number().int().positive()).default(65_536),
  /** Ticks taken from a ring at once, at most. */
  runTicks: environmentNumber.pipe(z.number().int().min(1).max(256)).default(256),
  /** How to wait for ticks. `spin` takes a whole core, for the least latency. */
  waiting: z.enum(['spin', 'yield']).default('yield'),
  /** Bars that wait for the bus at most. */
  busQueueMessages: environmentNumber.pipe(z.number().int().positive()).default(65_536),
});
export type AggregatorConfig = z.infer<typeof aggregatorConfig>;
