// Goal: the gateway does what every vendor's gateway has to do. The tests are the suite's; this is
// how Databento describes itself: its simulator behind a line with faults, its process, its limits.
import { createRandom } from '@tickwire/sim-kit';
import { SIMULATED_KEY, startDatabentoSimulator } from '@tickwire/sim-databento';
import type { DatabentoInstrument } from '@tickwire/sim-databento';
import { describeConformance } from '@tickwire/testing/conformance';
import type { GatewayStart, SimulatorStart, VendorSimulator } from '@tickwire/testing/conformance';
import { FaultyLine } from '../test/faulty-line.ts';
import type { LineFault } from '../test/faulty-line.ts';
import { SCRIPT, environmentOf } from '../test/gateway-environment.ts';
import { hostileRecords } from '../test/hostile-records.ts';

const HEARTBEAT_S = 5;
const GRACE_MS = 3_000;
/** Four expiries of six roots, from a tick of 0.25 to one of 1/64. */
const FEW = 24;
const MANY = 600;
/** So many events of a book change its best prices at least once. */
const EVENTS_PER_STEP = 10;

interface DatabentoUnderTest extends VendorSimulator {
  readonly port: number;
  readonly heartbeatS: number;
}

/** They depend on the date alone. */
async function listed(count: number): Promise<readonly DatabentoInstrument[]> {
  const simulator = await startDatabentoSimulator({ instruments: count, rate: 0 });
  await simulator.close();
  return simulator.instruments;
}

const many = await listed(MANY);
const byRoot = new Map(many.slice(0, FEW).map((instrument) => [instrument.root, instrument]));
const idOf = (symbol: string): number =>
  many.find(({ rawSymbol }) => rawSymbol === symbol)?.id ?? 0;

async function startSimulator(start: SimulatorStart): Promise<DatabentoUnderTest> {
  const { seed, symbols, rate, faults, coarseList, shortHeartbeat } = start;
  const instruments = symbols.length > FEW ? MANY : FEW;
  const rateOf = (wanted: number): number => Math.ceil((wanted * instruments) / symbols.length);
  const simulator = await startDatabentoSimulator({
    ...{ seed: String(seed), instruments, rate: rateOf(rate) },
  });
  const random = createRandom(`${seed}/line`);
  const names = new Map(simulator.instruments.map(({ id, rawSymbol }) => [id, rawSymbol]));
  const line = new FaultyLine({
    ...{ port: simulator.port, isCoarse: coarseList, random: () => random.unit() },
    symbolOf: (id) => names.get(id) ?? '',
  });
  await line.listen();
  let rateNow = rate;
  function setFaults(spec: string): void {
    const entries = spec.split(',').filter((part) => part !== '');
    const isSilent = entries.includes('silent');
    simulator.setRate(isSilent ? 0 : rateOf(rateNow));
    if (isSilent) line.fault(1, 'silent');
    const ofLine = entries.filter((part) => part !== 'silent').map((part) => part.split('='));
    line.setFaults(new Map(ofLine.map(([name, odds]) => [name as LineFault, Number(odds ?? 1)])));
  }
  setFaults(faults);
  return {
    log: line.log,
    port: line.port,
    heartbeatS: shortHeartbeat ? HEARTBEAT_S : 30,
    setFaults,
    setRate(wanted) {
      rateNow = wanted;
      simulator.setRate(rateOf(wanted));
    },
    step(steps, symbol) {
      const found = simulator.instruments.find(({ rawSymbol }) => rawSymbol === symbol);
      if (found !== undefined) simulator.step(found, steps * EVENTS_PER_STEP);
    },
    inject: (payload) => line.inject(typeof payload === 'string' ? Buffer.from(payload) : payload),
    sent: () => line.sent,
    book: () => undefined,
    async close() {
      await line.close();
      await simulator.close();
    },
  };
}

describeConformance<DatabentoUnderTest>({
  vendor: 'databento',
  ...{ service: 'gateway-databento', ringName: 'databento.0', ledger: 'databento' },
  symbols: [...byRoot.values()].map(({ rawSymbol }) => rawSymbol),
  manySymbols: many.map(({ rawSymbol }) => rawSymbol),
  channels: ['definition', 'status', 'trades', 'mbp-1'],
  // Books by level of this vendor have no sequence of their own.
  sequenced: 'book',
  ...{ wireHop: 'databento.wire', parseHop: 'databento.parse' },
  hops: ['databento.parse', 'databento.normalise'],
  limits: {
    topicsPerMessage: 500,
    topicsPerConnection: 'undocumented',
    connections: 10,
    // Ten subscriptions a second; those beyond wait at the vendor, and are not refused.
    messages: 'undocumented',
    connects: { count: 5, windowMs: 1_000 },
  },
  heartbeat: {
    intervalMs: HEARTBEAT_S * 1_000,
    noticeMsMax: HEARTBEAT_S * 1_000 + GRACE_MS + 1_000,
  },
  // 5 s without a record, looked at once a second.
  staleMsMax: 6_500,
  drainMsMax: 6_000,
  repairsGaps: true,
  faults: {
    gaps: '-',
    mixed: 'garbage=0.02,dup=0.02',
    reset: 'reset',
    refuse: 'refuse',
    halfOpen: 'halfopen',
    silent: 'silent',
  },
  hostile: hostileRecords(idOf),
  notApplicable: {
    gap:
      'sequences are those of a channel of the venue, most of them another instrument’s; what is ' +
      'left out is told by the vendor (code 7) or shown by a replay, see gateway.e2e.test.ts',
    heartbeat: 'the vendor sends heartbeats and wants none',
    'hostile/truncated':
      'records have no ends of their own: one that is cut ends its connection, see ' +
      'gateway.e2e.test.ts',
  },
  startSimulator,
  gateway: ({
    simulator,
    symbols,
    ringDir,
    runDir,
    dataDir,
  }: GatewayStart<DatabentoUnderTest>) => ({
    script: SCRIPT,
    env: {
      ...environmentOf({ ringDir, dataDir }, simulator.port),
      TICKWIRE_RUN_DIR: runDir,
      TICKWIRE_SYMBOLS: symbols.join(','),
      TICKWIRE_DATABENTO_API_KEY: SIMULATED_KEY,
      TICKWIRE_DATABENTO_HEARTBEAT_S: String(simulator.heartbeatS),
    },
  }),
});
