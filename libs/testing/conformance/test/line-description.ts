/** How the venue of lines describes itself to the suite. */
import { startLineSimulator } from '@tickwire/sim-kit/example';
import type {
  GatewayStart,
  HostileMessage,
  SimulatorStart,
  VendorDescription,
  VendorSimulator,
} from '../src/index.ts';
import type { LineBug } from './line-bug.ts';
import { LINE_LIMITS } from './line-feed.ts';

interface LineUnderTest extends VendorSimulator {
  readonly port: number;
  readonly heartbeatMs: number;
}

const REFUSE = 'refuse';

async function startSimulator(start: SimulatorStart): Promise<LineUnderTest> {
  const { seed, coarseList, shortHeartbeat, ...rest } = start;
  const { shortHeartbeatMs, longHeartbeatMs } = LINE_LIMITS;
  const listedDecimalsLess = coarseList ? 2 : 0;
  const simulator = await startLineSimulator({ ...rest, seed: String(seed), listedDecimalsLess });
  const { venue, log, port } = simulator;
  return {
    ...{ log, port, heartbeatMs: shortHeartbeat ? shortHeartbeatMs : longHeartbeatMs },
    setFaults(spec) {
      // The door is no part of the grammar: whether it is open is said in the same text.
      const faults = spec.split(',');
      simulator.setOpen(!faults.includes(REFUSE));
      venue.setFaults(faults.filter((fault) => fault !== REFUSE).join(','));
    },
    setRate: (rate) => venue.setRate(rate),
    step: (steps, symbol) => void venue.step(steps * 8, start.symbols.indexOf(symbol)),
    inject: (payload) => simulator.inject(payload),
    sent: () => simulator.sent(),
    book: () => undefined,
    close: () => simulator.close(),
  };
}

const LINE_HOSTILE: readonly HostileMessage[] = [
  { kind: 'malformed', what: '', payload: () => '||||', as: 'text', reason: 'UNKNOWN_KIND' },
  {
    ...{ kind: 'wrong-type', what: 'a word where the price is' },
    payload: (symbol) => `T|${symbol}|999999999|cheap|1`,
    ...{ as: 'text', reason: 'BAD_FIELD' },
  },
  {
    ...{ kind: 'huge', what: '60,000 characters' },
    payload: () => 'x'.repeat(60_000),
    ...{ as: 'text', reason: 'OVERSIZE' },
  },
  {
    ...{ kind: 'unknown-kind', what: 'a kind that the venue has not' },
    payload: (symbol) => `Z|${symbol}|1|1|1`,
    ...{ as: 'text', reason: 'UNKNOWN_KIND' },
  },
  {
    ...{ kind: 'truncated', what: 'a trade without its size' },
    payload: (symbol) => `T|${symbol}|999999999|1.5`,
    ...{ as: 'text', reason: 'BAD_FIELD' },
  },
  {
    ...{ kind: 'binary', what: 'bytes that are no text' },
    payload: () => Uint8Array.from([0xff, 0x00, 0xfe]),
    ...{ as: 'binary', reason: 'UNKNOWN_KIND' },
  },
];

export function lineVendor(bug: LineBug): VendorDescription<LineUnderTest> {
  return {
    vendor: 'line',
    ...{ service: 'gateway-line', ringName: 'line.0', ledger: 'line' },
    symbols: ['AAA', 'BBB', 'CCC', 'DDD'],
    manySymbols: Array.from({ length: 20 }, (_, at) => `SYM${at}`),
    channels: ['data'],
    sequenced: 'all',
    ...{ wireHop: 'line.wire', parseHop: 'line.parse' },
    hops: ['line.parse', 'line.normalise'],
    limits: {
      topicsPerMessage: LINE_LIMITS.symbolsPerMessage,
      ...{ topicsPerConnection: 'undocumented', connections: 1 },
      messages: { count: 30, windowMs: 1_000 },
      connects: { count: 30, windowMs: 60_000 },
    },
    heartbeat: { intervalMs: LINE_LIMITS.shortHeartbeatMs, noticeMsMax: 2_500 },
    ...{ staleMsMax: 7_000, drainMsMax: 5_000, repairsGaps: false },
    faults: {
      gaps: 'drop=0.02',
      mixed: 'drop=0.02,dup=0.02,garbage=0.02,truncate=0.02,chop=40',
      reset: 'reset=every:1ms',
      refuse: REFUSE,
      halfOpen: 'halfopen=every:1ms',
      silent: 'freeze=every:1ms',
    },
    hostile: LINE_HOSTILE,
    notApplicable: { 'hostile/unknown-field': 'fields have no names, only places' },
    conditionMs: bug === 'none' ? 20_000 : 8_000,
    startSimulator,
    gateway: ({ simulator, symbols, ...place }: GatewayStart<LineUnderTest>) => ({
      script: 'libs/testing/conformance/test-processes/line-gateway.ts',
      env: {
        TICKWIRE_SERVICE: 'gateway-line',
        TICKWIRE_RUN_DIR: place.runDir,
        TICKWIRE_RING_DIR: place.ringDir,
        TICKWIRE_DATA_DIR: place.dataDir,
        TICKWIRE_LOG_LEVEL: 'warn',
        TICKWIRE_SYMBOLS: symbols.join(','),
        TICKWIRE_PORT: String(simulator.port),
        TICKWIRE_HEARTBEAT_MS: String(simulator.heartbeatMs),
        TICKWIRE_BUG: bug,
      },
    }),
  };
}
