// Configuration of the Databento gateway. Keys are TICKWIRE_<KEY IN CAPITALS>.
import { GATEWAY_PARTITIONS_MAX } from '@tickwire/gateway';
import {
  environmentFlag,
  environmentList,
  environmentNumber,
  serviceConfig,
} from '@tickwire/io-service';
import { SCHEMA_NAMES, STYPE_NAMES } from '@tickwire/wire-dbn';
import { z } from 'zod';
import { subscriptionList } from './subscription-list.ts';

const MIB = 1024 * 1024;
const whole = (least: number, most: number) =>
  environmentNumber.pipe(z.number().int().min(least).max(most));
const schemaName = z.enum(SCHEMA_NAMES);

export const gatewayConfig = serviceConfig.extend({
  /** Symbols, as `databentoStypeIn` says; none: all of the dataset. */
  symbols: environmentList.default([]),
  /** The account’s key, 32 characters. It is never logged. */
  databentoApiKey: z.string().optional(),
  /** File with the key alone, in the place of `databentoApiKey`. */
  databentoApiKeyFile: z.string().min(1).optional(),
  /** Dataset, such as `GLBX.MDP3`. */
  databentoDataset: z
    .string()
    .regex(/^[A-Z0-9.]{1,15}$/, 'a name such as GLBX.MDP3')
    .default('GLBX.MDP3'),
  /** `host:port` of the live gateway; none: that of the dataset. */
  databentoHost: z
    .string()
    .regex(/^(\[[0-9a-f:]+\]|[^\s:/]+):\d{1,5}$/i, 'host:port')
    .optional(),
  /** Schemas that all symbols are subscribed to. */
  databentoSchemas: environmentList
    .pipe(z.array(schemaName).min(1))
    .default(['definition', 'status', 'trades', 'mbp-1']),
  /** What kind of symbols they are. */
  databentoStypeIn: z.enum(STYPE_NAMES).default('raw_symbol'),
  /** Subscriptions one by one, as JSON, in the place of symbols and schemas. */
  databentoSubscriptions: subscriptionList.optional(),
  /** Books of `mbo` begin with the orders that rest. Without it: from the next clear on. */
  databentoSnapshot: environmentFlag.default(true),
  /** `all`: all definitions that the vendor has, first. `now`: those that are sent from now on. */
  databentoDefinitions: z.enum(['all', 'now']).default('all'),
  /** Of what the vendor sends: `none` or `zstd`, a quarter of the bytes for some of a core. */
  databentoCompression: z.enum(['none', 'zstd']).default('none'),
  /** Records carry the time at which the vendor’s gateway sent them. */
  databentoTsOut: environmentFlag.default(false),
  /** Seconds of silence after which the vendor sends a heartbeat, 5 to 1,800. */
  databentoHeartbeatS: whole(5, 1_800).default(30),
  /** What the vendor does when this gateway reads too slowly; `default`: by schema. */
  databentoSlowReader: z.enum(['default', 'warn', 'skip']).default('default'),
  /** `of-instrument`: the venue numbers each instrument’s records, so that holes are repaired. */
  databentoSequences: z.enum(['unknown', 'of-instrument']).default('unknown'),
  /**
   * Makes the books of mbo as well, to mark the ticks of one whose orders contradict it as suspect;
   * an order then costs several times as much.
   */
  databentoBooks: environmentFlag.default(false),
  /** Room for records that wait for a replay, bytes; beyond it the replay brings them. */
  databentoHeldBytes: whole(MIB, 4_096 * MIB).default(64 * MIB),
  /** Everything that is received is recorded here as files of DBN when it is set. */
  databentoRecordDir: z.string().min(1).optional(),
  /** Ticks carry SIMULATED: the vendor is our own simulator. */
  simulated: environmentFlag.default(false),
  /** Rings that the symbols are spread over. */
  partitions: whole(1, GATEWAY_PARTITIONS_MAX).default(1),
  /** Name of the ring that is written; of several the first, then `databento.1` and so on. */
  ringName: z.string().default('databento.0'),
  /** Slots of each, 64 bytes each; a power of two. */
  ringSlots: environmentNumber.default(262_144),
  /** Instruments that each has room for. */
  directoryCapacity: environmentNumber.default(16_384),
  /** The bus: requests to this gateway come over it. None: they are not taken. */
  natsUrl: z.string().min(1).optional(),
});
export type GatewayConfig = z.infer<typeof gatewayConfig>;
