// Configuration of the Databento simulator's process. Keys are TICKWIRE_<KEY IN CAPITALS>.
import {
  environmentFlag,
  environmentList,
  environmentNumber,
  serviceConfig,
} from '@tickwire/io-service';
import { SIMULATED_KEY } from '@tickwire/sim-databento';
import { z } from 'zod';

const text = serviceConfig.shape.dataDir;

export const simConfig = serviceConfig.extend({
  /** Port of the live gateway; a busy one moves to the next free one. 0 = any. */
  port: environmentNumber.default(0),
  /** Address to listen on. */
  host: text.default('127.0.0.1'),
  /** Any text; the same seed gives the same records. */
  seed: text.default('1'),
  /** Name of the dataset. */
  dataset: text.default('GLBX.MDP3'),
  /** Keys that are let in. */
  keys: environmentList.default([SIMULATED_KEY]),
  /** How many instruments there are, 1 to 100,000. */
  instruments: environmentNumber.default(8),
  /** Events of books a second over all instruments. */
  rate: environmentNumber.default(500),
  /** The market opened so long before the simulator, ms. */
  historyMs: environmentNumber.default(0),
  /** Schemas that are made; empty = all that there are. */
  schemas: environmentList.default([]),
  /** Files of DBN that take the place of the seeded market, its dataset and its schemas. */
  files: environmentList.default([]),
  /** Pace of the files: 1 as recorded, 10 ten times that, `max` as fast as sessions take them. */
  speed: z
    .string()
    .regex(/^(max|\d{1,6}(\.\d{1,6})?)$/, 'expected a number or max')
    .default('1'),
  /** Whether files begin again at their end. */
  loop: environmentFlag.default(false),
  /** Files begin with the first `session` that starts, or with the `simulator`. */
  begins: z.enum(['session', 'simulator']).default('session'),
  /** Records kept for replays and slow readers, bytes. */
  logBytesMax: environmentNumber.default(2 ** 28),
  /** Records that a client may be behind before it is skipped; it is warned at half of them. */
  behindMax: environmentNumber.default(100_000),
  /** Sessions at a time. */
  sessionsMax: environmentNumber.default(50),
  /** Connections of one address in a second, 0 = any; the vendor has 5. */
  connectsPerSecMax: environmentNumber.default(0),
  /** Subscriptions of one session in a second; those beyond wait, as they do at the vendor. */
  subscriptionsPerSecMax: environmentNumber.default(10),
  /** A client must be authenticated within so long, ms. */
  authTimeoutMs: environmentNumber.default(30_000),
  /** Fault specification; the grammar is in libs/sim/databento/README.md. */
  faults: text.default('none'),
  /** File that gets one JSON line for each fault done; none without. */
  faultLog: text.optional(),
});

export type SimConfig = z.infer<typeof simConfig>;
