/** Records as lines for people: prices as decimals, times as ISO 8601, what is null left out. */
import { RecordFlag, SCHEMA_NONE, rtypeName, schemaName } from './enums.ts';
import { HEADER_FIELDS, LEVEL_BYTES, HEADER_BYTES } from './layouts/index.ts';
import type { Field } from './layouts/index.ts';
import { TIME_OPEN } from './metadata.ts';
import type { DbnMetadata } from './metadata.ts';
import { integerOf, levelFieldsOf } from './record-json.ts';
import type { RecordPlace } from './record-json.ts';
import { readText } from './text-field.ts';

const TS_EVENT = HEADER_FIELDS.find(({ name }) => name === 'ts_event')!;
const PRICE_UNITS = 1_000_000_000n;
const NS_PER_MS = 1_000_000n;
/** The largest time that a date can hold: beyond it there is no such year. */
const DATE_MS_MAX = 8_640_000_000_000_000n;

const FLAG_NAMES = Object.entries(RecordFlag).map(([name, bit]) => ({
  bit,
  name: name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase(),
}));

/** `2020-12-28T13:00:00.000429831Z mbo 5482 order_id=647784973705 price=3722.75 size=1 …`. */
export function recordText(place: RecordPlace): string {
  const { view, offset, length, layout } = place;
  const time = view.getBigUint64(offset + TS_EVENT.offset, true);
  const rtype = view.getUint8(offset + 1);
  const words = [
    time === TS_EVENT.initial ? '-' : timeText(time),
    rtypeName(rtype) ?? `rtype ${rtype}`,
    `${view.getUint32(offset + 4, true)}`,
    `publisher_id=${view.getUint16(offset + 2, true)}`,
  ];
  for (const field of layout.fields) {
    if (field.offset < HEADER_BYTES) continue;
    const text = fieldText(view, offset + field.offset, field);
    if (text !== undefined) words.push(`${field.name}=${text}`);
  }
  if (length > layout.bytes) {
    words.push(`ts_out=${timeText(view.getBigUint64(offset + layout.bytes, true))}`);
  }
  return words.join(' ');
}

/** `DBN 3, GLBX.MDP3, mbo, 2020-12-28T13:00:00Z to …, 1 symbol`. */
export function metadataText(metadata: DbnMetadata): string {
  const { version, dataset, schema, start, end, symbols } = metadata;
  const what = schema === SCHEMA_NONE ? 'any schema' : (schemaName(schema) ?? `schema ${schema}`);
  const until = end === TIME_OPEN ? 'open' : timeText(end);
  const count = `${symbols.length} symbol${symbols.length === 1 ? '' : 's'}`;
  return `DBN ${version}, ${dataset}, ${what}, ${timeText(start)} to ${until}, ${count}`;
}

/** @returns `undefined` when there is nothing to say. */
function fieldText(view: DataView, at: number, field: Field): string | undefined {
  if (field.kind === 'reserved') return undefined;
  const levelFields = levelFieldsOf(field);
  if (levelFields !== undefined) return levelsText(view, at, { field, levelFields });
  if (field.kind === 'text') return quoted(readText(view, at, field.bytes));
  if (field.kind === 'char') return charText(view.getUint8(at));
  const value = integerOf(view, at, field);
  if (field.isNullable && BigInt(value) === field.initial) return undefined;
  if (field.kind === 'price') return priceText(BigInt(value));
  if (field.kind === 'time') return timeText(BigInt(value));
  return field.name === 'flags' ? flagsText(Number(value)) : `${value}`;
}

function charText(code: number): string | undefined {
  return code <= 0x20 ? undefined : String.fromCharCode(code);
}

function quoted(text: string): string | undefined {
  if (text === '') return undefined;
  return /^[\w.:/-]+$/.test(text) ? text : JSON.stringify(text);
}

function flagsText(flags: number): string | undefined {
  if (flags === 0) return undefined;
  const names = FLAG_NAMES.filter(({ bit }) => (flags & bit) !== 0).map(({ name }) => name);
  return (flags & 1) === 0 ? names.join('|') : [...names, '1'].join('|');
}

/** Size and price of bid and ask of each level, `19@3702.25/13@3702.75`; `-` for none. */
function levelsText(
  view: DataView,
  at: number,
  { field, levelFields }: { field: Field; levelFields: readonly Field[] },
): string {
  const [bid, ask, bidSize, askSize] = levelFields;
  const levels = Array.from({ length: field.bytes / LEVEL_BYTES }, (_level, index) => {
    const from = at + index * LEVEL_BYTES;
    const side = (price: Field, size: Field): string => {
      const value = view.getBigInt64(from + price.offset, true);
      const units = view.getUint32(from + size.offset, true);
      return value === price.initial ? '-' : `${units}@${priceText(value)}`;
    };
    return `${side(bid!, bidSize!)}/${side(ask!, askSize!)}`;
  });
  return levels.join(',');
}

/** Units of 1e-9 as a decimal without trailing zeros. */
function priceText(value: bigint): string {
  const size = value < 0n ? -value : value;
  const fraction = `${size % PRICE_UNITS}`.padStart(9, '0').replace(/0+$/, '');
  const whole = `${value < 0n ? '-' : ''}${size / PRICE_UNITS}`;
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** ns since the Unix epoch as ISO 8601 with nine digits, or as they are if no year is so late. */
function timeText(ns: bigint): string {
  const ms = ns / NS_PER_MS;
  if (ms > DATE_MS_MAX) return `${ns}`;
  const date = new Date(Number(ms)).toISOString();
  return `${date.slice(0, -1)}${`${ns % NS_PER_MS}`.padStart(6, '0')}Z`;
}
