// Goal: the gateway does what every vendor's gateway has to do. The tests are the suite's; this is
// how KuCoin describes itself: its simulator, its process, its documented limits.
import { SessionLog } from '@tickwire/sim-kit';
import { VENUE_LIMITS, startKucoinSimulator, symbolNames } from '@tickwire/sim-kucoin';
import { describeConformance } from '@tickwire/testing/conformance';
import type { GatewayStart, SimulatorStart, VendorSimulator } from '@tickwire/testing/conformance';
import { HOSTILE_MESSAGES } from '../test/hostile-messages.ts';

const PING_INTERVAL_MS = 1_000;
const PING_TIMEOUT_MS = 1_000;

interface KucoinUnderTest extends VendorSimulator {
  readonly url: string;
}

async function startSimulator(start: SimulatorStart): Promise<KucoinUnderTest> {
  const { coarseList, shortHeartbeat, ...options } = start;
  const log = new SessionLog();
  const simulator = await startKucoinSimulator({
    ...options,
    session: log,
    depth: 60,
    ...(shortHeartbeat ? { pingIntervalMs: PING_INTERVAL_MS, pingTimeoutMs: PING_TIMEOUT_MS } : {}),
    listedDecimalsLess: coarseList ? 2 : 0,
  });
  return {
    log,
    url: simulator.url,
    setFaults: (spec) => simulator.setFaults(spec),
    setRate: (rate) => simulator.setRate(rate),
    step: (steps, symbol) => void simulator.step(steps, symbol),
    inject: (payload, as) => simulator.inject(payload, as),
    sent: () => simulator.counts().sent,
    book: (symbol) => simulator.book(symbol),
    close: () => simulator.close(),
  };
}

describeConformance<KucoinUnderTest>({
  vendor: 'kucoin',
  ...{ service: 'gateway-kucoin', ringName: 'kucoin.0', ledger: 'kucoin' },
  // Price increments from 0.1 to 1e-9, size increments from 1e-8 to 1.
  symbols: ['BTC-USDT', 'ETH-USDT', 'KCS-BTC', 'SHIB-USDT'],
  manySymbols: symbolNames(250),
  channels: ['level2', 'match', 'ticker'],
  sequenced: 'book',
  ...{ wireHop: 'kucoin.wire', parseHop: 'kucoin.parse' },
  hops: ['kucoin.parse', 'kucoin.normalise'],
  limits: {
    topicsPerMessage: VENUE_LIMITS.topicsPerMessage,
    topicsPerConnection: VENUE_LIMITS.topicsPerSession,
    connections: VENUE_LIMITS.connectionsMax,
    messages: { count: VENUE_LIMITS.messagesPer10s, windowMs: 10_000 },
    connects: { count: VENUE_LIMITS.connectsPerMinute, windowMs: 60_000 },
  },
  heartbeat: {
    intervalMs: PING_INTERVAL_MS,
    noticeMsMax: PING_INTERVAL_MS + PING_TIMEOUT_MS + 1_000,
  },
  // 5 s without data, looked at once a second.
  staleMsMax: 6_500,
  drainMsMax: 5_000,
  repairsGaps: true,
  faults: {
    gaps: 'drop=0.02',
    mixed: 'drop=0.01,dup=0.02,garbage=0.01,truncate=0.01,reorder=0.01',
    reset: 'reset=every:1ms',
    refuse: 'rest-error=1:503',
    halfOpen: 'halfopen=every:1ms',
    silent: 'freeze=every:1ms',
  },
  hostile: HOSTILE_MESSAGES,
  notApplicable: {},
  startSimulator,
  gateway: ({ simulator, symbols, ringDir, runDir, dataDir }: GatewayStart<KucoinUnderTest>) => ({
    script: 'apps/gateway-kucoin/src/main.ts',
    env: {
      TICKWIRE_SERVICE: 'gateway-kucoin',
      TICKWIRE_RUN_DIR: runDir,
      TICKWIRE_RING_DIR: ringDir,
      TICKWIRE_DATA_DIR: dataDir,
      TICKWIRE_SYMBOLS: symbols.join(','),
      TICKWIRE_KUCOIN_REST_URL: simulator.url,
      TICKWIRE_SIMULATED: '1',
      TICKWIRE_LOG_LEVEL: 'warn',
    },
  }),
});
