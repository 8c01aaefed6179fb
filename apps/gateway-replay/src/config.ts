import {
  environmentFlag,
  environmentNumber,
  environmentPaths,
  serviceConfig,
} from '@tickwire/io-service';
import { z } from 'zod';

const speed = z.union([
  z.literal('max'),
  environmentNumber.pipe(z.number().positive('expected max or a number above 0').max(1e6)),
]);

export const replayConfig = serviceConfig.extend({
  /** Captures, as a JSON array of paths. */
  replaySources: environmentPaths,
  /** Whose messages raw captures hold. Not needed for tick captures. */
  replayVendor: z.string().default('kucoin'),
  /** Of DBN, 1 to 3: says that all sources are fragments, records without metadata before them. */
  replayDbnVersion: environmentNumber
    .pipe(z.union([z.literal(1), z.literal(2), z.literal(3)]))
    .optional(),
  /** `max`, or how many times as fast as recorded: `1`. */
  replaySpeed: speed.default('max'),
  /** Name of the ring; default `<vendor>.0`. */
  replayRing: z.string().min(1).max(64).optional(),
  /** Slots of the ring; a power of two. */
  replaySlots: environmentNumber.default(65_536),
  /** Required readers to wait for before the first tick. */
  replayReaders: environmentNumber.default(0),
  /**
   * The replay belongs to the process that started it: it stays after the last tick until it is
   * told to stop, and when that process goes away it ends and removes its directories.
   */
  replayOwned: environmentFlag.default(false),
});
export type ReplayConfig = z.infer<typeof replayConfig>;
