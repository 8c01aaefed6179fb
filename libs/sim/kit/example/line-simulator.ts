/**
 * A whole simulator from the kit: a venue whose messages are lines of text over TCP.
 *
 *   T|<symbol>|<sequence>|<price>|<size>                     a trade
 *   Q|<symbol>|<sequence>|<bid>|<size>|<ask>|<size>          the best bid and offer
 */
import { FaultLog, HOST_CLOCK, HostTimers, SeededExchange, SeededMarket } from '../src/index.ts';
import { SessionLog, Side, SimulatedVenue, TcpDoor, TopicListeners } from '../src/index.ts';
import { VenueClock, decimalText, delimitedFraming, increment } from '../src/index.ts';
import type { ExchangeSink, FaultCatalogue } from '../src/index.ts';
import { LINE_KINDS, LineSession, lineTraffic } from './line-session.ts';

export const LINE_FAULTS: FaultCatalogue = {
  topics: ['data'],
  faults: ['drop', 'dup', 'truncate', 'garbage', 'reset', 'cut', 'freeze', 'halfopen', 'chop'],
};
const FRAMING = delimitedFraming({ messageBytesMax: 65_536 });

export interface LineSimulatorOptions {
  readonly seed: string;
  readonly symbols: readonly string[];
  /** Messages a second. */
  readonly rate: number;
  readonly faults?: string;
  /** Decimals that LIST leaves out of the increments. */
  readonly listedDecimalsLess?: number;
}

export async function startLineSimulator(options: LineSimulatorOptions) {
  const { seed, symbols, rate, faults = '', listedDecimalsLess = 0 } = options;
  const clock = new VenueClock(HOST_CLOCK);
  const log = new SessionLog();
  const listeners = new TopicListeners(symbols.length);
  const instruments = symbols.map((symbol, index) => ({
    ...{ symbol, openPrice: 20_000, typicalSize: 500 },
    price: increment(['0.01', '0.00001', '0.5', '0.000000001'][index % 4] ?? '1'),
    size: increment(['0.001', '1', '0.00000001'][index % 3] ?? '1'),
  }));
  const openedAt = { ms: clock.startMs, ns: 0 };
  const markets = instruments.map(
    (instrument) => new SeededMarket({ instrument, seed, depth: 40, history: 16, openedAt }),
  );
  const timeline = { seed, rate, startMs: clock.startMs, tickerIntervalMs: 20 };
  let sent = 0;
  const venue = new SimulatedVenue({
    ...{ seed, clock, timers: new HostTimers(), faults, catalogue: LINE_FAULTS },
    exchange: new SeededExchange({ markets, ...timeline }),
    sink: lineSink(markets, listeners, clock),
    ...{ subscriptions: listeners, frames: FRAMING, kinds: LINE_KINDS },
    counts: {
      addBatch: (_kinds, messages) => void (sent += messages),
      addClosed: () => undefined,
      addUndelivered: () => undefined,
    },
    bufferedBytesMax: 1_000_000,
    faultLog: new FaultLog({ entriesMax: 10_000, write: undefined, session: log }),
    topicName: (topic) => symbols[topic] ?? '',
    log: { session: log, traffic: lineTraffic(symbols) },
  });
  let isOpen = true;
  const door = new TcpDoor({
    framing: FRAMING,
    admit: () => {
      if (!isOpen) log.add({ event: 'refused', atMs: clock.nowMs(), reason: 'closed' });
      return isOpen;
    },
    chopBytes: () => venue.faults.chopBytes,
    onArrival: (transport) =>
      venue.arrive({ transport, session: new LineSession(instruments, listedDecimalsLess) }).open(),
  });
  const port = await door.listen();
  venue.start();
  return {
    ...{ port, log, venue },
    sent: (): number => sent,
    /** Whether clients may come in from now on. */
    setOpen: (open: boolean): void => void (isOpen = open),
    inject: (payload: string | Uint8Array): number => venue.inject(FRAMING.write(payload)),
    async close(): Promise<void> {
      venue.stop();
      await door.close();
      await venue.whenAllGone();
    },
  };
}

/** Makes lines of what happens. Each symbol counts its lines by itself. */
function lineSink(
  markets: readonly SeededMarket[],
  listeners: TopicListeners,
  clock: VenueClock,
): ExchangeSink {
  const sequences = markets.map(() => 0);
  function tell(market: number, kind: 'T' | 'Q', rows: readonly [string, number][]): void {
    const { symbol = '', size = increment('1') } = markets[market]?.instrument ?? {};
    const sequence = (sequences[market] = (sequences[market] ?? 0) + 1);
    const texts = rows.flatMap(([price, count]) => [price, decimalText(count, size)]);
    const payload = [kind, symbol, sequence, ...texts].join('|');
    listeners.send({
      ...{ kind: 0, topicId: market, instrument: symbol, payload, nowMs: clock.nowMs() },
      ...{ sequenceStart: sequence, sequenceEnd: sequence, frame: FRAMING.write(payload) },
    });
  }
  return {
    level2: () => undefined, // this venue has no books
    sample: () => undefined,
    match(market, { fills }, { index }) {
      const fill = fills[index];
      if (fill !== undefined) tell(market, 'T', [[fill.priceText, fill.size]]);
    },
    ticker(market) {
      const top = (side: Side): [string, number] => {
        const { text = '0', size = 0 } = markets[market]?.book.best(side) ?? {};
        return [text, size];
      };
      tell(market, 'Q', [top(Side.Bid), top(Side.Ask)]);
    },
  };
}
