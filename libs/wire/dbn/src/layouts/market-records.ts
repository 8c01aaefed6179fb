import { RType } from '../enums.ts';
import {
  char,
  consolidatedLevels,
  i32,
  levels,
  nullableU32,
  nullableU8,
  placed,
  price,
  reserved,
  time,
  u16,
  u32,
  u64,
  u8,
} from './field.ts';
import type { Field } from './field.ts';
import { recordLayout } from './record-layout.ts';

const ALL = [1, 3] as const;

const ACTION = char('action', 'What happened: `Action`.', 'N');
const SIDE = char('side', 'Of the order, or of the aggressor of a trade: `Side`.', 'N');
const FLAGS = u8('flags', 'Bits of `RecordFlag`.');
const DEPTH = u8('depth', 'Of the level that changed, 0 the best.');
const TS_RECV = time('ts_recv', 'Received by the capture server, by its clock.');
const TS_IN_DELTA = i32('ts_in_delta', 'ns from the sending by the matching engine to `ts_recv`.');
const SEQUENCE = u32('sequence', "The venue's number of the message.");
const PRICE = price('price', 'Of the order or trade.');
const SIZE = nullableU32('size', 'Of the order or trade.');
const LAST_PRICE = price('price', 'Of the last trade.');
const LAST_SIZE = nullableU32('size', 'Of the last trade.');
const LAST_SIDE = char('side', 'Of the aggressor of the last trade: `Side`.', 'N');

export const LEVEL_FIELDS: readonly Field[] = placed([
  price('bid_px', 'Bid.'),
  price('ask_px', 'Ask.'),
  u32('bid_sz', 'Size of the bid.'),
  u32('ask_sz', 'Size of the ask.'),
  u32('bid_ct', 'Orders of the bid.'),
  u32('ask_ct', 'Orders of the ask.'),
]);

export const CONSOLIDATED_LEVEL_FIELDS: readonly Field[] = placed([
  price('bid_px', 'Bid.'),
  price('ask_px', 'Ask.'),
  u32('bid_sz', 'Size of the bid.'),
  u32('ask_sz', 'Size of the ask.'),
  u16('bid_pb', 'Publisher that has the bid.'),
  reserved(2),
  u16('ask_pb', 'Publisher that has the ask.'),
  reserved(2),
]);

export const MBO = recordLayout({
  name: 'Mbo',
  doc: 'One order: added, changed, cancelled, filled or traded against.',
  rtypes: [RType.Mbo],
  versions: ALL,
  body: [
    u64('order_id', "The venue's id of the order."),
    PRICE,
    SIZE,
    FLAGS,
    nullableU8('channel_id', "The vendor's channel of the venue, from 0."),
    ACTION,
    SIDE,
    ...[TS_RECV, TS_IN_DELTA, SEQUENCE],
  ],
});

const CHANGE = [PRICE, SIZE, ACTION, SIDE, FLAGS, DEPTH, TS_RECV, TS_IN_DELTA, SEQUENCE];

export const TRADE = recordLayout({
  name: 'Trade',
  doc: 'A trade (schema trades).',
  rtypes: [RType.Trade],
  versions: ALL,
  body: CHANGE,
});

export const MBP1 = recordLayout({
  name: 'Mbp1',
  doc: 'A change of the best bid or ask, or a trade, with both: after it, in tbbo before it.',
  rtypes: [RType.Mbp1],
  versions: ALL,
  body: [...CHANGE, levels(1)],
});

export const MBP10 = recordLayout({
  name: 'Mbp10',
  doc: 'A change within the best ten levels, or a trade, and the ten levels after it.',
  rtypes: [RType.Mbp10],
  versions: ALL,
  body: [...CHANGE, levels(10)],
});

export const BBO = recordLayout({
  name: 'Bbo',
  doc: 'The best bid and ask and the last trade, at the end of each second or minute.',
  rtypes: [RType.Bbo1s, RType.Bbo1m],
  versions: ALL,
  body: [
    ...[LAST_PRICE, LAST_SIZE, reserved(1), LAST_SIDE, FLAGS, reserved(1)],
    time('ts_recv', 'End of the interval.'),
    reserved(4),
    u32('sequence', "The venue's number of the last message that changed it."),
    levels(1),
  ],
});

export const CMBP1 = recordLayout({
  name: 'Cmbp1',
  doc: 'As `Mbp1` over all venues of a dataset (cmbp-1, tcbbo).',
  rtypes: [RType.Cmbp1, RType.Tcbbo],
  versions: ALL,
  body: [
    ...[PRICE, SIZE, ACTION, SIDE, FLAGS, reserved(1), TS_RECV, TS_IN_DELTA, reserved(4)],
    consolidatedLevels(1),
  ],
});

export const CBBO = recordLayout({
  name: 'Cbbo',
  doc: 'As `Bbo` over all venues of a dataset.',
  rtypes: [RType.Cbbo1s, RType.Cbbo1m],
  versions: ALL,
  body: [
    ...[LAST_PRICE, LAST_SIZE, reserved(1), LAST_SIDE, FLAGS, reserved(1)],
    time('ts_recv', 'End of the interval.'),
    reserved(8),
    consolidatedLevels(1),
  ],
});

export const OHLCV = recordLayout({
  name: 'Ohlcv',
  doc: 'A bar; its `ts_event` is where the interval begins.',
  rtypes: [
    ...[RType.Ohlcv1s, RType.Ohlcv1m, RType.Ohlcv1h, RType.Ohlcv1d],
    ...[RType.OhlcvEod, RType.OhlcvDeprecated],
  ],
  versions: ALL,
  body: [
    price('open', 'First price.'),
    price('high', 'Highest price.'),
    price('low', 'Lowest price.'),
    price('close', 'Last price.'),
    u64('volume', 'Sum of the sizes traded.'),
  ],
});

export const MARKET_RECORDS = [MBO, TRADE, MBP1, MBP10, BBO, CMBP1, CBBO, OHLCV];
