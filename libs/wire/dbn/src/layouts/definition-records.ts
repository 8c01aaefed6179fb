/** Definitions of instruments: three layouts of nearly the same fields. */
import { RType } from '../enums.ts';
import {
  char,
  i32,
  nullableI16,
  nullableI32,
  nullableI8,
  nullableU16,
  nullableU32,
  nullableU8,
  price,
  reserved,
  text,
  time,
  u16,
  u32,
  u64,
} from './field.ts';
import type { FieldSpec } from './field.ts';
import { recordLayout } from './record-layout.ts';

const PRICES_TO_VARIATION: readonly FieldSpec[] = [
  time('ts_recv', 'Received by the capture server, by its clock.'),
  price('min_price_increment', 'Tick size.'),
  price('display_factor', "From the venue's price to the one for people."),
  time('expiration', 'Last time at which it can trade.'),
  time('activation', 'First time at which it can trade.'),
  price('high_limit_price', 'Highest price allowed.'),
  price('low_limit_price', 'Lowest price allowed.'),
  price('max_price_variation', 'For price banding.'),
];
const TRADING_REFERENCE_PRICE = price('trading_reference_price', 'Settlement of the session.');
const QUANTITY_TO_RATIO: readonly FieldSpec[] = [
  price('unit_of_measure_qty', 'Contract size, in units of 1e-9.'),
  price('min_price_increment_amount', 'Value of a tick, for US futures.'),
  price('price_ratio', 'Between legs, in units of 1e-9.'),
];
const STRIKE_PRICE = price('strike_price', 'Of an option.');
const RAW_INSTRUMENT_ID = "The venue's own id.";
const LIMITS_TO_TRADE: readonly FieldSpec[] = [
  nullableI32('market_depth_implied', 'Levels of the implied book.'),
  nullableI32('market_depth', 'Levels of the outright book.'),
  nullableU32('market_segment_id', "The venue's segment."),
  nullableU32('max_trade_vol', 'Largest trade.'),
  nullableI32('min_lot_size', 'Smallest order.'),
  nullableI32('min_lot_size_block', 'Smallest block trade.'),
  nullableI32('min_lot_size_round_lot', 'Smallest round lot.'),
  nullableU32('min_trade_vol', 'Smallest trade.'),
];
const ATTRIBUTES: readonly FieldSpec[] = [
  nullableI32('inst_attrib_value', "Bits of the venue's."),
  u32('underlying_id', 'Instrument id of the first underlying.'),
];
const CONTRACT_MULTIPLIER = nullableI32('contract_multiplier', 'Deliverables per instrument.');
const DECAY_QUANTITY = nullableI32('decay_quantity', 'Contracts that decay each day.');
const ORIGINAL_SIZE = nullableI32('original_contract_size', 'Fixed at its first trade.');
const TRADING_REFERENCE_DATE = nullableU16(
  ...(['trading_reference_date', 'Days since the Unix epoch.'] as const),
);
const DATES_TO_CHANNEL: readonly FieldSpec[] = [
  nullableI16('appl_id', "The venue's channel."),
  nullableU16('maturity_year', 'Calendar year.'),
  nullableU16('decay_start_date', 'Days since the Unix epoch.'),
  nullableU16('channel_id', "The vendor's channel of the venue, from 0."),
];
const CURRENCIES: readonly FieldSpec[] = [
  text('currency', 4, 'Of prices.'),
  text('settl_currency', 4, 'Of settlement, where it is another.'),
  text('secsubtype', 6, 'Strategy of a spread.'),
];
const GROUP_AND_EXCHANGE: readonly FieldSpec[] = [
  text('group', 21, "The venue's group."),
  text('exchange', 5, 'MIC.'),
];
const CFI_TO_STRIKE_CURRENCY: readonly FieldSpec[] = [
  text('cfi', 7, 'ISO 10962.'),
  text('security_type', 7, "The venue's type."),
  text('unit_of_measure', 31, 'Of the contract.'),
  text('underlying', 21, 'Symbol of the first underlying.'),
  text('strike_price_currency', 4, 'Of the strike price.'),
];
const RAW_SYMBOL = "The venue's symbol.";
const ASSET = 'Product.';
const INSTRUMENT_CLASS = char('instrument_class', 'Stock, future, call, put, spread and so on.');
const MATCH_ALGORITHM = char('match_algorithm', 'Of the venue.', ' ');
const TRADING_STATUS = nullableU8('md_security_trading_status', 'Of the instrument.');
const FRACTION_AND_FORMAT: readonly FieldSpec[] = [
  nullableU8('main_fraction', 'Denominator of fractional prices.'),
  nullableU8('price_display_format', 'Digits behind the tick mark.'),
];
const SETTL_PRICE_TYPE = nullableU8('settl_price_type', 'Bits of the settlement price.');
const SUB_FRACTION_TO_TICK_RULE: readonly FieldSpec[] = [
  nullableU8('sub_fraction', 'Denominator of fractions of fractions.'),
  nullableU8('underlying_product', 'Product complex.'),
  char('security_update_action', 'A added, M modified, D deleted.', 'A'),
  nullableU8('maturity_month', 'Calendar month.'),
  nullableU8('maturity_day', 'Day of the month.'),
  nullableU8('maturity_week', 'Week of the month.'),
  char('user_defined_instrument', 'Y or N.', 'N'),
  nullableI8('contract_multiplier_unit', 'Of the contract multiplier.'),
  nullableI8('flow_schedule_type', 'Of electricity.'),
  nullableU8('tick_rule', 'Which ticks are allowed.'),
];

export const DEFINITION_V1 = recordLayout({
  name: 'DefinitionV1',
  doc: 'What an instrument is.',
  rtypes: [RType.Definition],
  versions: [1, 1],
  body: [
    ...[...PRICES_TO_VARIATION, TRADING_REFERENCE_PRICE, ...QUANTITY_TO_RATIO, ...ATTRIBUTES],
    u32('raw_instrument_id', RAW_INSTRUMENT_ID),
    ...[...LIMITS_TO_TRADE, reserved(4), CONTRACT_MULTIPLIER, DECAY_QUANTITY, ORIGINAL_SIZE],
    ...[reserved(4), TRADING_REFERENCE_DATE, ...DATES_TO_CHANNEL, ...CURRENCIES],
    text('raw_symbol', 22, RAW_SYMBOL),
    ...[...GROUP_AND_EXCHANGE, text('asset', 7, ASSET), ...CFI_TO_STRIKE_CURRENCY],
    ...[INSTRUMENT_CLASS, reserved(2), STRIKE_PRICE, reserved(6), MATCH_ALGORITHM],
    ...[TRADING_STATUS, ...FRACTION_AND_FORMAT, SETTL_PRICE_TYPE, ...SUB_FRACTION_TO_TICK_RULE],
    reserved(3),
  ],
});

export const DEFINITION_V2 = recordLayout({
  name: 'DefinitionV2',
  doc: 'What an instrument is.',
  rtypes: [RType.Definition],
  versions: [2, 2],
  body: [
    ...[...PRICES_TO_VARIATION, TRADING_REFERENCE_PRICE, ...QUANTITY_TO_RATIO, STRIKE_PRICE],
    ...ATTRIBUTES,
    u32('raw_instrument_id', RAW_INSTRUMENT_ID),
    ...[...LIMITS_TO_TRADE, CONTRACT_MULTIPLIER, DECAY_QUANTITY, ORIGINAL_SIZE],
    ...[TRADING_REFERENCE_DATE, ...DATES_TO_CHANNEL, ...CURRENCIES],
    text('raw_symbol', 71, RAW_SYMBOL),
    ...[...GROUP_AND_EXCHANGE, text('asset', 7, ASSET), ...CFI_TO_STRIKE_CURRENCY],
    ...[INSTRUMENT_CLASS, MATCH_ALGORITHM, TRADING_STATUS, ...FRACTION_AND_FORMAT],
    ...[SETTL_PRICE_TYPE, ...SUB_FRACTION_TO_TICK_RULE, reserved(10)],
  ],
});

export const DEFINITION = recordLayout({
  name: 'Definition',
  doc: 'What an instrument is; a spread has one record for each of its legs.',
  rtypes: [RType.Definition],
  versions: [3, 3],
  body: [
    ...[...PRICES_TO_VARIATION, ...QUANTITY_TO_RATIO, STRIKE_PRICE],
    u64('raw_instrument_id', RAW_INSTRUMENT_ID),
    price('leg_price', 'Tied price of the leg.'),
    price('leg_delta', 'Delta of the leg, in units of 1e-9.'),
    ...[...ATTRIBUTES, ...LIMITS_TO_TRADE, CONTRACT_MULTIPLIER, DECAY_QUANTITY, ORIGINAL_SIZE],
    u32('leg_instrument_id', 'Of the leg.'),
    i32('leg_ratio_price_numerator', 'Of the leg.'),
    i32('leg_ratio_price_denominator', 'Of the leg.'),
    i32('leg_ratio_qty_numerator', 'Of the leg.'),
    i32('leg_ratio_qty_denominator', 'Of the leg.'),
    u32('leg_underlying_id', 'Instrument id of what is under the leg.'),
    ...DATES_TO_CHANNEL,
    u16('leg_count', 'How many legs there are; 0 of an outright.'),
    u16('leg_index', 'Which leg this record is about, from 0.'),
    ...CURRENCIES,
    text('raw_symbol', 71, RAW_SYMBOL),
    ...[...GROUP_AND_EXCHANGE, text('asset', 11, ASSET), ...CFI_TO_STRIKE_CURRENCY],
    text('leg_raw_symbol', 71, "The venue's symbol of the leg."),
    ...[INSTRUMENT_CLASS, MATCH_ALGORITHM, ...FRACTION_AND_FORMAT, ...SUB_FRACTION_TO_TICK_RULE],
    char('leg_instrument_class', 'Of the leg.'),
    char('leg_side', 'Which side the leg takes when the spread is bought: `Side`.', 'N'),
    reserved(17),
  ],
});

export const DEFINITION_RECORDS = [DEFINITION_V1, DEFINITION_V2, DEFINITION];
