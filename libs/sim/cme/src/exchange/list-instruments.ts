/** Lists products: futures, calendar spreads between neighbours of them, options on the front. */
import { SimulatorError } from '@tickwire/sim-kit';
import { InstrumentKind } from './listed-instrument.ts';
import type { ListedInstrument, Maturity } from './listed-instrument.ts';

interface Product {
  readonly asset: string;
  /** In 1e-9. */
  readonly tick: number;
  readonly displayFactor: number;
  /** Of the front month, in ticks. */
  readonly openTicks: number;
  /** From one quarter to the next, in ticks. */
  readonly carryTicks: number;
}

/** Tick sizes and display factors of some well-known products; prices are of no certain day. */
const PRODUCTS: readonly Product[] = [
  { asset: 'ES', tick: 25e9, displayFactor: 1e7, openTicks: 20_800, carryTicks: 190 },
  { asset: 'NQ', tick: 25e9, displayFactor: 1e7, openTicks: 71_900, carryTicks: 660 },
  { asset: 'CL', tick: 1e9, displayFactor: 1e7, openTicks: 7_120, carryTicks: -60 },
  { asset: 'ZN', tick: 15_625_000, displayFactor: 1e9, openTicks: 7_048, carryTicks: 12 },
  { asset: '6E', tick: 50_000, displayFactor: 1e9, openTicks: 21_640, carryTicks: 108 },
  { asset: 'SR3', tick: 2_500_000, displayFactor: 1e9, openTicks: 38_200, carryTicks: -14 },
  { asset: 'GC', tick: 1e8, displayFactor: 1e9, openTicks: 26_450, carryTicks: 240 },
  { asset: 'ZC', tick: 250_000_000, displayFactor: 1e9, openTicks: 1_790, carryTicks: 44 },
];

const FUTURES_PER_PRODUCT = 8;
const OPTIONS_PER_PRODUCT = 10;
const PER_PRODUCT = FUTURES_PER_PRODUCT + (FUTURES_PER_PRODUCT - 1) + OPTIONS_PER_PRODUCT;
const MONTH_CODES = ['H', 'M', 'U', 'Z'];
const FIRST_YEAR = 2027;
const BOOK_DEPTH = 10;
const IMPLIED_DEPTH = 2;
const OPTION_DEPTH = 3;
/** Room for the instruments of one channel among the ids of all. */
const IDS_PER_CHANNEL = 10_000;
export const INSTRUMENTS_MAX = IDS_PER_CHANNEL;

interface Listing {
  readonly channelId: number;
  readonly into: ListedInstrument[];
  readonly count: number;
}

/**
 * The first `count` instruments of a channel: product by product, the same for the same channel.
 *
 * @param of.channelId - 1 … 32,767, as in definitions and in the configuration.
 * @param of.count - 1 … 10,000.
 * @throws SimulatorError `BAD_OPTION`.
 */
export function listInstruments(of: {
  readonly channelId: number;
  readonly count: number;
}): ListedInstrument[] {
  const { channelId, count } = of;
  if (!Number.isInteger(channelId) || channelId < 1 || channelId > 0x7fff) {
    throw new SimulatorError('BAD_OPTION', 'channelId', `${channelId} is not 1 to 32767`);
  }
  if (!Number.isInteger(count) || count < 1 || count > INSTRUMENTS_MAX) {
    throw new SimulatorError('BAD_OPTION', 'count', `${count} is not 1 to ${INSTRUMENTS_MAX}`);
  }
  const listing: Listing = { channelId, into: [], count };
  for (let at = 0; listing.into.length < count; at += 1) listProduct(listing, at);
  return listing.into.slice(0, count);
}

function listProduct(listing: Listing, at: number): void {
  const model = PRODUCTS[at % PRODUCTS.length]!;
  const round = Math.floor(at / PRODUCTS.length);
  // Products beyond the well-known ones are theirs under other names: ES1, NQ1, …
  const product = round === 0 ? model : { ...model, asset: `${model.asset}${round}` };
  const first = listing.into.length;
  const left = Math.min(PER_PRODUCT, listing.count - first);
  for (let month = 0; month < Math.min(FUTURES_PER_PRODUCT, left); month += 1) {
    listing.into.push(future(listing, { product, month }));
  }
  for (let month = 0; month + 1 < FUTURES_PER_PRODUCT; month += 1) {
    if (listing.into.length < listing.count) {
      listing.into.push(spread(listing, { product, near: first + month }));
    }
  }
  for (let option = 0; option < OPTIONS_PER_PRODUCT; option += 1) {
    if (listing.into.length < listing.count) {
      listing.into.push(optionOn(listing, { product, underlying: first, option }));
    }
  }
}

function common({ channelId, into }: Listing, { asset, displayFactor }: Product) {
  return {
    securityId: channelId * IDS_PER_CHANNEL + into.length + 1,
    asset,
    marketSegmentId: 64 + (channelId % 64),
    displayFactor,
  };
}

function maturityOf(month: number): Maturity {
  return { year: FIRST_YEAR + Math.floor(month / 4), month: 3 * ((month % 4) + 1) };
}

const contractCode = (month: number): string =>
  `${MONTH_CODES[month % 4]}${(FIRST_YEAR + Math.floor(month / 4)) % 10}`;

function future(listing: Listing, of: { product: Product; month: number }): ListedInstrument {
  const { product, month } = of;
  return {
    ...common(listing, product),
    kind: InstrumentKind.Future,
    symbol: `${product.asset}${contractCode(month)}`,
    securityGroup: product.asset,
    maturity: maturityOf(month),
    tick: product.tick,
    depth: BOOK_DEPTH,
    impliedDepth: IMPLIED_DEPTH,
    openTicks: product.openTicks + month * product.carryTicks,
  };
}

function spread(listing: Listing, of: { product: Product; near: number }): ListedInstrument {
  const { product, near } = of;
  const [bought, sold] = [listing.into[near]!, listing.into[near + 1]!];
  return {
    ...common(listing, product),
    kind: InstrumentKind.Spread,
    symbol: `${bought.symbol}-${sold.symbol}`,
    securityGroup: product.asset,
    maturity: bought.maturity,
    tick: product.tick,
    depth: BOOK_DEPTH,
    impliedDepth: IMPLIED_DEPTH,
    openTicks: bought.openTicks - sold.openTicks,
    legs: [near, near + 1],
  };
}

function optionOn(
  listing: Listing,
  of: { product: Product; underlying: number; option: number },
): ListedInstrument {
  const { product, underlying, option } = of;
  const isCall = option % 2 === 0;
  const step = Math.ceil(product.openTicks / 400) * 4;
  const strikeTicks = product.openTicks + (Math.floor(option / 2) - 2) * step;
  const inTheMoney = Math.max(0, (product.openTicks - strikeTicks) * (isCall ? 1 : -1));
  const strike = strikeTicks * product.tick;
  const front = listing.into[underlying]!;
  return {
    ...common(listing, product),
    kind: InstrumentKind.Option,
    symbol: `${front.symbol} ${isCall ? 'C' : 'P'}${strikeTicks}`,
    securityGroup: `${product.asset}O`,
    maturity: front.maturity,
    tick: product.tick,
    depth: OPTION_DEPTH,
    impliedDepth: 0,
    openTicks: inTheMoney + 2 * step,
    option: { underlying, isCall, strike },
  };
}
