// Configuration of the KuCoin simulator's process. Keys are TICKWIRE_<KEY IN CAPITALS>.
import { environmentList, environmentNumber, serviceConfig } from '@tickwire/io-service';

const text = serviceConfig.shape.dataDir;

export const simConfig = serviceConfig.extend({
  /** Port of HTTP and WebSocket; a busy one moves to the next free one. 0 = any. */
  port: environmentNumber.default(0),
  /** Address to listen on. */
  host: text.default('127.0.0.1'),
  /** Any text; the same seed gives the same markets. */
  seed: text.default('1'),
  /** Pairs; empty = ten well-known ones. */
  symbols: environmentList.default([]),
  /** Or that many: the well-known ones, then SIM0001-USDT and on. 0 = use `symbols`. */
  symbolCount: environmentNumber.default(0),
  /** Level-2, match and ticker messages per second over all pairs. */
  rate: environmentNumber.default(500),
  /** Fault specification; the grammar is in libs/sim/kucoin/README.md. */
  faults: text.default('none'),
  /** File that gets one JSON line for each fault done; none without. */
  faultLog: text.optional(),
  /** File that gets one JSON line for everything asked, sent and done; none without. */
  sessionLog: text.optional(),
  /** Levels on each side of a book, about. */
  bookDepth: environmentNumber.default(150),
  /** A pair’s ticker is sent at most once in so long, ms. */
  tickerIntervalMs: environmentNumber.default(100),
  /** A client must ping once in so long, ms … */
  pingIntervalMs: environmentNumber.default(18_000),
  /** … and is cut so much later, ms. */
  pingTimeoutMs: environmentNumber.default(10_000),
  /** WebSocket connections at a time. */
  connectionsMax: environmentNumber.default(50),
  /** New connections a minute. */
  connectsPerMinute: environmentNumber.default(30),
  /** Weight of REST requests in 30 s before 429. */
  weightPer30s: environmentNumber.default(2_000),
});
