// Configuration of the KuCoin gateway. Keys are TICKWIRE_<KEY IN CAPITALS>.
import { GATEWAY_PARTITIONS_MAX } from '@tickwire/gateway';
import {
  environmentFlag,
  environmentList,
  environmentNumber,
  serviceConfig,
} from '@tickwire/io-service';
import { z } from 'zod';

const count = (most: number) =>
  environmentNumber.pipe(z.number().int().min(1).max(most, `at most ${most}`));
const url = z
  .string()
  .regex(/^https?:\/\/[^\s/]+$/, 'an address such as https://api.kucoin.com, without a path');
/** A share of the vendor's 300 topics, at three topics a symbol. */
const SYMBOLS_PER_CONNECTION_MAX = 100;
const MIB = 1024 * 1024;

export const gatewayConfig = serviceConfig.extend({
  /** Pairs, as KuCoin writes them: `BTC-USDT`. */
  symbols: environmentList.pipe(z.array(z.string().min(1).max(80)).min(1, 'at least one symbol')),
  /** Address of the REST API, which names the WebSocket servers. */
  kucoinRestUrl: url.default('https://api.kucoin.com'),
  /** All three, or none: without a key books start from the best 100 levels a side. */
  kucoinApiKey: z.string().optional(),
  /** The secret of that key. */
  kucoinApiSecret: z.string().optional(),
  /** The passphrase of that key. */
  kucoinApiPassphrase: z.string().optional(),
  /** `auto`: full with a key or on the simulator, else top100. */
  kucoinBook: z.enum(['auto', 'full', 'top100']).default('auto'),
  /** Source of quotes: `ticker` (at most every 100 ms, with a sequence) or `level1` (10 ms). */
  kucoinQuotes: z.enum(['ticker', 'level1', 'both']).default('ticker'),
  /** Ticks carry SIMULATED: the vendor is our own simulator. */
  simulated: environmentFlag.default(false),
  /** Rings that the symbols are spread over. */
  partitions: count(GATEWAY_PARTITIONS_MAX).default(1),
  /** Name of the ring that is written; of several the first, then `kucoin.1` and so on. */
  ringName: z.string().default('kucoin.0'),
  /** Slots of each, 64 bytes each; a power of two. */
  ringSlots: environmentNumber.default(65_536),
  /** Instruments that each has room for. */
  directoryCapacity: environmentNumber.default(8_192),
  /** The bus: requests to this gateway come over it. None: they are not taken. */
  natsUrl: z.string().min(1).optional(),
  /** Pairs on one connection; 100 at most are, by KuCoin’s 300 topics. */
  symbolsPerConnection: count(1_000)
    .transform((wanted) => Math.min(wanted, SYMBOLS_PER_CONNECTION_MAX))
    .default(SYMBOLS_PER_CONNECTION_MAX),
  /** Raw frames are recorded here when it is set. */
  captureDir: z.string().optional(),
  /** Bytes of a recording at most. */
  captureBytesMax: environmentNumber.default(1024 * MIB),
  /** Rejected frames are kept up to this size. */
  rejectedBytesMax: environmentNumber.default(16 * MIB),
});
export type GatewayConfig = z.infer<typeof gatewayConfig>;
