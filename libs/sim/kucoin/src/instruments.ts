/**
 * The markets the simulator can list: some well-known pairs with the vendor's own increments, any
 * other `BASE-QUOTE` pair with increments and a price drawn from its name, and generated names
 * `SIM0001-USDT` … for large counts.
 */
import { SimulatorError, createRandom, increment } from '@tickwire/sim-kit';
import type { Increment, SimulatedInstrument } from '@tickwire/sim-kit';

/** One listed pair. */
export interface Instrument extends SimulatedInstrument {
  readonly baseCurrency: string;
  readonly quoteCurrency: string;
  /** The unit of sizes, as the venue calls it: the same as `size`. */
  readonly base: Increment;
  readonly quoteIncrement: string;
  readonly baseMinSize: string;
}

// symbol, price increment, base increment, quote increment, least size, opening price, typical size
const CATALOGUE: readonly (readonly [string, string, string, string, string, string, string])[] = [
  ['BTC-USDT', '0.1', '0.00000001', '0.000001', '0.00001', '67993.3', '0.05'],
  ['ETH-USDT', '0.01', '0.0000001', '0.000001', '0.0001', '2523.41', '0.8'],
  ['SOL-USDT', '0.001', '0.0001', '0.000001', '0.01', '171.354', '12'],
  ['XRP-USDT', '0.00001', '0.0001', '0.000001', '0.1', '0.52317', '900'],
  ['DOGE-USDT', '0.00001', '0.0001', '0.000001', '1', '0.13894', '4000'],
  ['ADA-USDT', '0.0001', '0.0001', '0.000001', '0.1', '0.3512', '1500'],
  ['LINK-USDT', '0.0001', '0.0001', '0.000001', '0.001', '11.2046', '60'],
  ['LTC-USDT', '0.01', '0.000001', '0.000001', '0.001', '71.26', '9'],
  ['KCS-USDT', '0.001', '0.0001', '0.000001', '0.1', '8.937', '50'],
  ['ETH-BTC', '0.00001', '0.0000001', '0.00000001', '0.0001', '0.03711', '0.5'],
  ['KCS-BTC', '0.0000001', '0.0001', '0.00000001', '0.01', '0.0001314', '20'],
  ['SHIB-USDT', '0.000000001', '1', '0.000001', '100', '0.000017853', '20000000'],
];

/** The pairs of the demonstration, in the order in which `count` takes them. */
export const DEFAULT_SYMBOLS: readonly string[] = CATALOGUE.slice(0, 10).map(([symbol]) => symbol);

const SYMBOL_PATTERN = /^[A-Z0-9]{1,16}-[A-Z0-9]{1,16}$/;

/** The first `count` symbols: the catalogue's, then `SIM0001-USDT` and on. */
export function symbolNames(count: number): string[] {
  const names: string[] = CATALOGUE.map(([symbol]) => symbol).slice(0, count);
  for (let i = 1; names.length < count; i += 1) {
    names.push(`SIM${String(i).padStart(4, '0')}-USDT`);
  }
  return names;
}

/**
 * Looks up the instruments of a list of symbols.
 *
 * @throws SimulatorError `BAD_SYMBOL` for a malformed or doubled symbol, or an empty list.
 */
export function instrumentsOf(symbols: readonly string[]): Instrument[] {
  if (symbols.length === 0) throw new SimulatorError('BAD_SYMBOL', 'symbols', 'the list is empty');
  const seen = new Set<string>();
  return symbols.map((symbol) => {
    if (!SYMBOL_PATTERN.test(symbol)) {
      throw new SimulatorError('BAD_SYMBOL', symbol, 'expected BASE-QUOTE in capitals');
    }
    if (seen.has(symbol)) throw new SimulatorError('BAD_SYMBOL', symbol, 'listed twice');
    seen.add(symbol);
    return catalogued(symbol) ?? invented(symbol);
  });
}

function catalogued(symbol: string): Instrument | undefined {
  const row = CATALOGUE.find(([name]) => name === symbol);
  if (row === undefined) return undefined;
  const [, price, base, quoteIncrement, baseMinSize, open, typical] = row;
  return assemble(symbol, { price, base, quoteIncrement, baseMinSize, open, typical });
}

/** A pair outside the catalogue always opens alike, whatever the seed: its name decides. */
function invented(symbol: string): Instrument {
  const random = createRandom(`instrument/${symbol}`);
  const decimals = 2 + random.below(6);
  const base = random.below(2) === 0 ? '0.0001' : '0.000001';
  const ticks = 5_000 + random.below(400_000);
  const typical = 1 + random.below(500);
  const price = `0.${'1'.padStart(decimals, '0')}`;
  const instrument = assemble(symbol, {
    price,
    base,
    quoteIncrement: '0.000001',
    baseMinSize: base,
    open: '1',
    typical: String(typical),
  });
  return { ...instrument, openPrice: ticks };
}

interface Row {
  readonly price: string;
  readonly base: string;
  readonly quoteIncrement: string;
  readonly baseMinSize: string;
  readonly open: string;
  readonly typical: string;
}

function assemble(symbol: string, row: Row): Instrument {
  const [baseCurrency = '', quoteCurrency = ''] = symbol.split('-');
  const price = increment(row.price);
  const base = increment(row.base);
  return {
    symbol,
    baseCurrency,
    quoteCurrency,
    price,
    base,
    size: base,
    quoteIncrement: row.quoteIncrement,
    baseMinSize: row.baseMinSize,
    openPrice: countOf(row.open, price),
    typicalSize: countOf(row.typical, base),
  };
}

function countOf(text: string, unit: Increment): number {
  const [whole = '0', fraction = ''] = text.split('.');
  return Number(whole + fraction.padEnd(unit.decimals, '0')) / unit.mantissa;
}
