/** Records that no gateway should send, and what becomes of each. */
import type { HostileMessage } from '@tickwire/testing/conformance';
import { Action, DbnEncoder, RType, Side, TradeRecord } from '@tickwire/wire-dbn';

const NS_PER_MS = 1_000_000n;
/** So much before now: nothing of the market is to seem late behind it. */
const AGE_MS = 1_000;
const PRICE_E9 = 5_000_000_000_000;

function tradeOf(instrumentId: number, change: (trade: TradeRecord) => void): Uint8Array {
  const encoder = new DbnEncoder(new Uint8Array(256), { version: 3 });
  const trade = new TradeRecord();
  encoder.begin(trade, RType.Trade);
  const ns = BigInt(Date.now() - AGE_MS) * NS_PER_MS;
  trade.setTsEventWords(Number(ns >> 32n), Number(ns & 0xffff_ffffn));
  trade.setInstrumentId(instrumentId);
  trade.setPrice(PRICE_E9);
  trade.setSize(1);
  trade.setAction(Action.Trade);
  trade.setSide(Side.Bid);
  change(trade);
  return encoder.written;
}

/** Bytes with the header of a record: so many words, this rtype. */
function headed(words: number, rtype: number): Uint8Array {
  const bytes = new Uint8Array(words * 4).fill(0x5a);
  bytes[0] = words;
  bytes[1] = rtype;
  return bytes;
}

export function hostileRecords(idOf: (symbol: string) => number): HostileMessage[] {
  const binary = { as: 'binary' } as const;
  return [
    {
      ...{ kind: 'malformed', what: 'a trade of 40 bytes', reason: 'damaged', ...binary },
      payload: () => headed(10, RType.Trade),
    },
    {
      ...{ kind: 'huge', what: 'a trade of 1,020 bytes', reason: 'damaged', ...binary },
      payload: () => headed(255, RType.Trade),
    },
    {
      ...{ kind: 'wrong-type', what: 'a trade without a price', reason: 'no-price', ...binary },
      payload: (symbol) => tradeOf(idOf(symbol), (trade) => void trade.setPrice(null)),
    },
    {
      ...{ kind: 'unknown-kind', what: 'an rtype nobody knows', reason: 'unknown', ...binary },
      payload: () => headed(16, 0x99),
    },
    {
      ...{ kind: 'binary', what: 'noise in the length of a record', reason: 'unknown', ...binary },
      payload: () => headed(23, 0xee),
    },
    {
      ...{ kind: 'unknown-field', what: 'a side nobody knows', reason: 'accepted', ...binary },
      payload: (symbol) => tradeOf(idOf(symbol), (trade) => void trade.setSide(0x5a)),
    },
  ];
}
