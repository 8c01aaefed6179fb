/** Instruments of a simulated dataset: futures of some roots, each with several expiries. */
import { SimulatorError } from '@tickwire/sim-kit';

/** What a session has to know of an instrument, wherever its records come from. */
export interface ListedInstrument {
  /** From 0, dense: the place in `instruments`. */
  readonly index: number;
  /** The vendor's `instrument_id`. */
  readonly id: number;
  /** As in `ESZ6`. */
  readonly rawSymbol: string;
}

export interface DatabentoInstrument extends ListedInstrument {
  /** As in `ES`. */
  readonly root: string;
  /** 0 the first to expire. */
  readonly rank: number;
  /** Month 1 … 12 and year of its expiry. */
  readonly month: number;
  readonly year: number;
  /** Tick size in units of 1e-9. */
  readonly tickE9: number;
  /** Price at which its market opens, in ticks. */
  readonly openTicks: number;
}

interface Product {
  readonly root: string;
  readonly tickE9: number;
  readonly openTicks: number;
}

const PRODUCTS: readonly Product[] = [
  { root: 'ES', tickE9: 250_000_000, openTicks: 24_000 },
  { root: 'NQ', tickE9: 250_000_000, openTicks: 84_000 },
  { root: 'CL', tickE9: 10_000_000, openTicks: 7_200 },
  { root: 'GC', tickE9: 100_000_000, openTicks: 26_500 },
  { root: 'ZN', tickE9: 15_625_000, openTicks: 7_080 },
  { root: '6E', tickE9: 50_000, openTicks: 21_700 },
];
const EXPIRIES = 4;
const QUARTER_CODES = ['H', 'M', 'U', 'Z'];
const FIRST_ID = 4_001;
const INSTRUMENTS_MAX = 100_000;

export interface InstrumentChoice {
  readonly count: number;
  /** When the market opens: expiries follow from it. */
  readonly opensAtMs: number;
}

/**
 * The first `count` instruments of the dataset: known roots, then `S0001` and on.
 * @throws SimulatorError `BAD_OPTION`.
 */
export function simulatedInstruments({
  count,
  opensAtMs,
}: InstrumentChoice): DatabentoInstrument[] {
  if (!Number.isInteger(count) || count < 1 || count > INSTRUMENTS_MAX) {
    throw new SimulatorError('BAD_OPTION', 'instruments', `expected 1 to ${INSTRUMENTS_MAX}`);
  }
  const opening = new Date(opensAtMs);
  const firstQuarter = opening.getUTCFullYear() * 4 + Math.floor(opening.getUTCMonth() / 3);
  return Array.from({ length: count }, (_, index) => {
    const rank = index % EXPIRIES;
    const quarter = firstQuarter + rank;
    const year = Math.floor(quarter / 4);
    const { root, tickE9, openTicks } = productAt(Math.floor(index / EXPIRIES));
    return {
      ...{ index, id: FIRST_ID + index, root, rank, tickE9, openTicks: openTicks + rank * 40 },
      ...{ month: (quarter % 4) * 3 + 3, year },
      rawSymbol: `${root}${QUARTER_CODES[quarter % 4]}${year % 10}`,
    };
  });
}

function productAt(place: number): Product {
  const made = place + 1 - PRODUCTS.length;
  const root = `S${String(made).padStart(4, '0')}`;
  return PRODUCTS[place] ?? { root, tickE9: 10_000_000, openTicks: 10_000 };
}
