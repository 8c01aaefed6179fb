// Configuration of the api. Keys are TICKWIRE_<KEY IN CAPITALS>.
import {
  environmentFlag,
  environmentList,
  environmentNumber,
  serviceConfig,
} from '@tickwire/io-service';
import { z } from 'zod';

const whole = (min: number, max: number) =>
  environmentNumber.pipe(z.number().int().min(min).max(max));

export const apiConfig = serviceConfig.extend({
  /** Address to listen on. Others than loopback need TLS or `allowRemote`. */
  host: z.string().min(1).default('127.0.0.1'),
  /** The next free port is taken when it is busy; 0 = any. */
  port: whole(0, 65_535).default(7480),
  /** Keys instead of those of the file; 16 characters at least. */
  apiKeys: environmentList
    .pipe(z.array(z.string().regex(/^[\x21-\x7e]{16,256}$/, 'a key has 16 to 256 characters')))
    .optional(),
  /** Default `<data dir>/api-keys.json`. */
  apiKeysFile: z.string().min(1).optional(),
  /** PEM files; with both the api speaks HTTPS. */
  tlsCertFile: z.string().min(1).optional(),
  /** The key of the certificate. */
  tlsKeyFile: z.string().min(1).optional(),
  /** Plain HTTP beyond loopback: only behind a proxy that ends TLS. */
  allowRemote: environmentFlag.default(false),
  /** Origins besides our own that pages may come from: `https://md.example.org`. */
  allowedOrigins: environmentList.default([]),
  /** The bus; without it bars come from their ring, and without trace context. */
  natsUrl: z.string().min(1).optional(),
  /** Stream clients at a time. */
  clientsMax: whole(1, 100_000).default(1_000),
  /** Bytes that wait for one client before its policy of loss begins. */
  clientQueueBytes: whole(16_384, 1_073_741_824).default(1_048_576),
  /** Messages that wait for one client, likewise. */
  clientQueueMessages: whole(16, 1_000_000).default(8_192),
  /** Subscriptions of one client. */
  subscriptionsMax: whole(1, 10_000).default(64),
  /** Largest message from a client; its connection is closed (1009) beyond it. */
  messageBytesMax: whole(256, 1_048_576).default(65_536),
  /** A client that neither answers nor reads for two of these is cut. */
  pingMs: whole(50, 60_000).default(4_000),
  /** Requests a minute: of one key, of one address, and those with a bad key of one address. */
  keyRequestsPerMinute: whole(1, 1_000_000).default(1_200),
  /** Of one address. */
  addressRequestsPerMinute: whole(1, 1_000_000).default(2_400),
  /** With a bad key, of one address. */
  addressRefusalsPerMinute: whole(1, 1_000_000).default(60),
  /** How long a sign-in of the page lasts. */
  sessionHours: whole(1, 24 * 365).default(24),
  /** Questions to the store that wait while one is answered. */
  historyQueueMax: whole(0, 1_000).default(8),
  /** After which a question to the store is given up, ms. */
  historyTimeoutMs: whole(100, 600_000).default(5_000),
});
export type ApiConfig = z.infer<typeof apiConfig>;
