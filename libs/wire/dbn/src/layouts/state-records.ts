/** What is said about instruments and by the gateway itself. */
import { RType } from '../enums.ts';
import {
  char,
  i32,
  nullableI32,
  nullableI64,
  nullableU16,
  nullableU32,
  nullableU8,
  price,
  reserved,
  text,
  time,
  u16,
  u32,
  u8,
} from './field.ts';
import type { FieldSpec } from './field.ts';
import { recordLayout } from './record-layout.ts';

const TS_RECV = time('ts_recv', 'Received by the capture server, by its clock.');

export const STATUS = recordLayout({
  name: 'Status',
  doc: 'The state of trading of an instrument.',
  rtypes: [RType.Status],
  versions: [1, 3],
  body: [
    TS_RECV,
    u16('action', 'What changed: trading, halt, pre-open and so on.'),
    u16('reason', 'Why.'),
    u16('trading_event', 'What it means for orders.'),
    char('is_trading', 'Y, N or ~ when not known.', '~'),
    char('is_quoting', 'Y, N or ~ when not known.', '~'),
    char('is_short_sell_restricted', 'Y, N or ~ when not known.', '~'),
    reserved(7),
  ],
});

export const IMBALANCE = recordLayout({
  name: 'Imbalance',
  doc: 'The imbalance of an auction.',
  rtypes: [RType.Imbalance],
  versions: [1, 3],
  body: [
    TS_RECV,
    price('ref_price', 'At which the imbalance is reckoned.'),
    time('auction_time', 'Not in use.'),
    price('cont_book_clr_price', 'At which auction and continuous orders would clear.'),
    price('auct_interest_clr_price', 'At which the orders of the auction would clear.'),
    price('ssr_filling_price', 'Not in use.'),
    price('ind_match_price', 'Not in use.'),
    price('upper_collar', 'Not in use.'),
    price('lower_collar', 'Not in use.'),
    nullableU32('paired_qty', 'Matched at `ref_price`.'),
    nullableU32('total_imbalance_qty', 'Not matched at `ref_price`.'),
    nullableU32('market_imbalance_qty', 'Not matched, of market orders.'),
    nullableU32('unpaired_qty', 'Not in use.'),
    char('auction_type', "The venue's kind of the auction.", '~'),
    char('side', 'Of the imbalance: `Side`.', 'N'),
    u8('auction_status', 'Not in use.'),
    u8('freeze_status', 'Not in use.'),
    u8('num_extensions', 'Not in use.'),
    char('unpaired_side', 'Not in use.', 'N'),
    char('significant_imbalance', 'Not in use.', '~'),
    reserved(1),
  ],
});

function statistics(quantity: FieldSpec, reservedBytes: number): FieldSpec[] {
  return [
    TS_RECV,
    time('ts_ref', 'What the statistic is of.'),
    price('price', 'Of the statistic.'),
    quantity,
    u32('sequence', "The venue's number of the message."),
    i32('ts_in_delta', 'ns from the sending by the matching engine to `ts_recv`.'),
    u16('stat_type', 'Which statistic it is.'),
    nullableU16('channel_id', "The vendor's channel of the venue, from 0."),
    { ...u8('update_action', '1 new, 2 deleted.'), initial: 1n },
    u8('stat_flags', 'More about some of them.'),
    reserved(reservedBytes),
  ];
}

export const STATISTICS_V1 = recordLayout({
  name: 'StatisticsV1',
  doc: 'A statistic of the venue.',
  rtypes: [RType.Statistics],
  versions: [1, 2],
  body: statistics(nullableI32('quantity', 'Of the statistic.'), 6),
});

export const STATISTICS = recordLayout({
  name: 'Statistics',
  doc: 'A statistic of the venue.',
  rtypes: [RType.Statistics],
  versions: [3, 3],
  body: statistics(nullableI64('quantity', 'Of the statistic.'), 18),
});

export const ERROR_V1 = recordLayout({
  name: 'ErrorV1',
  doc: 'An error of the live gateway.',
  rtypes: [RType.Error],
  versions: [1, 1],
  body: [text('err', 64, 'For people.')],
});

export const ERROR = recordLayout({
  name: 'Error',
  doc: 'An error of the live gateway.',
  rtypes: [RType.Error],
  versions: [2, 3],
  body: [
    text('err', 302, 'For people.'),
    nullableU8('code', '`ErrorCode`.'),
    nullableU8('is_last', 'Whether this is the last error about the same request.'),
  ],
});

export const SYSTEM_V1 = recordLayout({
  name: 'SystemV1',
  doc: 'A message of the live gateway that is no error, heartbeats among them.',
  rtypes: [RType.System],
  versions: [1, 1],
  body: [text('msg', 64, 'For people.')],
});

export const SYSTEM = recordLayout({
  name: 'System',
  doc: 'A message of the live gateway that is no error, heartbeats among them.',
  rtypes: [RType.System],
  versions: [2, 3],
  body: [text('msg', 303, 'For people.'), nullableU8('code', '`SystemCode`.')],
});

const START_TS = time('start_ts', 'From when the mapping holds.');
const END_TS = time('end_ts', 'Before when the mapping holds.');

export const SYMBOL_MAPPING_V1 = recordLayout({
  name: 'SymbolMappingV1',
  doc: 'Which instrument a symbol is, in a live stream.',
  rtypes: [RType.SymbolMapping],
  versions: [1, 1],
  body: [
    text('stype_in_symbol', 22, 'As it was asked for.'),
    text('stype_out_symbol', 22, 'What it is.'),
    ...[reserved(4), START_TS, END_TS],
  ],
});

export const SYMBOL_MAPPING = recordLayout({
  name: 'SymbolMapping',
  doc: 'Which instrument a symbol is, in a live stream.',
  rtypes: [RType.SymbolMapping],
  versions: [2, 3],
  body: [
    nullableU8('stype_in', 'Type of the symbol that was asked for.'),
    text('stype_in_symbol', 71, 'As it was asked for.'),
    nullableU8('stype_out', 'Type of what it is.'),
    text('stype_out_symbol', 71, 'What it is.'),
    ...[START_TS, END_TS],
  ],
});

export const STATE_RECORDS = [
  ...[STATUS, IMBALANCE, STATISTICS_V1, STATISTICS, ERROR_V1, ERROR],
  ...[SYSTEM_V1, SYSTEM, SYMBOL_MAPPING_V1, SYMBOL_MAPPING],
];
