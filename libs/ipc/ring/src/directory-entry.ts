/**
 * Layout of one directory entry: 256 bytes.
 *
 *   off size field          type   unit or domain
 *     0    4 index          u32    dense, equals the entry's place
 *     4    4 supersedes     u32    index of the replaced entry, all ones = none
 *     8    8 tickSize       i64    mantissa at priceExp; i64 max = absent
 *    16    8 lotSize        i64    mantissa at sizeExp; i64 max = absent
 *    24    8 multiplierE9   i64    × 1e-9; i64 max = absent
 *    32    8 expirySec      i64    s since the Unix epoch; i64 max = absent
 *    40    1 assetClass     u8     `AssetClass`
 *    41    1 textForm       u8     `TextForm`
 *    42    1 priceExp       i8     −18 … 18
 *    43    1 sizeExp        i8     −18 … 18
 *    44    1 markExp        i8     −18 … 18
 *    45    3 reserved              0
 *    48    8 currency       UTF-8  zero-padded
 *    56   16 vendor         UTF-8
 *    72   16 venue          UTF-8
 *    88   80 symbol         UTF-8
 *   168   80 canonical      UTF-8  empty = same as symbol
 *   248    8 reserved              0
 */
import { ABSENT, AssetClass, SUPERSEDES_NONE, TextForm } from '@tickwire/core';
import type { DirectoryEntry } from '@tickwire/core';
import { RingError } from './errors.ts';
import { DIRECTORY_ENTRY_BYTES } from './layout.ts';
import { readPaddedText, writePaddedText } from './padded-text.ts';
import type { TextField } from './padded-text.ts';

const TWO_32 = 4_294_967_296;
const I64_MAX_HIGH = 0x7fff_ffff;
const EXPONENT_MAX = 18;

const Offset = {
  index: 0,
  supersedes: 4,
  tickSize: 8,
  lotSize: 16,
  multiplierE9: 24,
  expirySec: 32,
  assetClass: 40,
  textForm: 41,
  priceExp: 42,
  sizeExp: 43,
  markExp: 44,
} as const;
type NumberField = keyof typeof Offset;

const textFields = {
  currency: textField('currency', 48, 8),
  vendor: textField('vendor', 56, 16),
  venue: textField('venue', 72, 16),
  symbol: textField('symbol', 88, 80),
  canonicalSymbol: textField('canonicalSymbol', 168, 80),
} as const;

/**
 * Writes `entry` as 256 bytes at `offset`.
 * @throws RingError `BAD_ENTRY` with the field when a value is outside its domain; nothing that a
 *   reader could see has been written then.
 */
export function encodeDirectoryEntry(entry: DirectoryEntry): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(DIRECTORY_ENTRY_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(Offset.index, u32('index', entry.index), true);
  view.setUint32(Offset.supersedes, u32('supersedes', entry.supersedes), true);
  writeI64(view, 'tickSize', entry.tickSize);
  writeI64(view, 'lotSize', entry.lotSize);
  writeI64(view, 'multiplierE9', entry.multiplierE9);
  writeI64(view, 'expirySec', entry.expirySec);
  view.setUint8(Offset.assetClass, member('assetClass', entry.assetClass, assetClasses));
  view.setUint8(Offset.textForm, member('textForm', entry.textForm, textForms));
  view.setInt8(Offset.priceExp, exponent('priceExp', entry.priceExp));
  view.setInt8(Offset.sizeExp, exponent('sizeExp', entry.sizeExp));
  view.setInt8(Offset.markExp, exponent('markExp', entry.markExp));
  writePaddedText(bytes, entry.currency, textFields.currency);
  writePaddedText(bytes, entry.vendor, textFields.vendor);
  writePaddedText(bytes, entry.venue, textFields.venue);
  writePaddedText(bytes, entry.symbol, textFields.symbol);
  writePaddedText(bytes, entry.canonicalSymbol, textFields.canonicalSymbol);
  return bytes;
}

/**
 * Reads one entry.
 * @param bytes - Exactly 256 bytes.
 * @throws RingError `BAD_ENTRY` with the field and its offset in the entry.
 */
export function decodeDirectoryEntry(bytes: Uint8Array): DirectoryEntry {
  if (bytes.length !== DIRECTORY_ENTRY_BYTES) {
    throw new RingError('BAD_ENTRY', `an entry of ${bytes.length} bytes`, { field: 'index' });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entry: DirectoryEntry = {
    index: view.getUint32(Offset.index, true),
    vendor: readPaddedText(bytes, textFields.vendor),
    venue: readPaddedText(bytes, textFields.venue),
    symbol: readPaddedText(bytes, textFields.symbol),
    canonicalSymbol: readPaddedText(bytes, textFields.canonicalSymbol),
    assetClass: member('assetClass', view.getUint8(Offset.assetClass), assetClasses),
    currency: readPaddedText(bytes, textFields.currency),
    priceExp: exponent('priceExp', view.getInt8(Offset.priceExp)),
    sizeExp: exponent('sizeExp', view.getInt8(Offset.sizeExp)),
    markExp: exponent('markExp', view.getInt8(Offset.markExp)),
    textForm: member('textForm', view.getUint8(Offset.textForm), textForms),
    tickSize: readI64(view, 'tickSize'),
    lotSize: readI64(view, 'lotSize'),
    multiplierE9: readI64(view, 'multiplierE9'),
    expirySec: readI64(view, 'expirySec'),
    supersedes: view.getUint32(Offset.supersedes, true),
  };
  if (entry.supersedes !== SUPERSEDES_NONE && entry.supersedes >= entry.index) {
    throw badEntry('supersedes', `entry ${entry.index} supersedes ${entry.supersedes}`);
  }
  return entry;
}

const assetClasses = Object.values(AssetClass);
const textForms = Object.values(TextForm);

function textField(field: string, offset: number, bytes: number): TextField {
  return { field, offset, bytes, code: 'BAD_ENTRY' };
}

function u32(field: NumberField, value: number): number {
  if (!Number.isInteger(value) || value < 0 || value >= TWO_32) throw badEntry(field, value);
  return value;
}

function exponent(field: NumberField, value: number): number {
  if (!Number.isInteger(value) || Math.abs(value) > EXPONENT_MAX) throw badEntry(field, value);
  return value;
}

function member<T extends number>(field: NumberField, value: number, known: readonly T[]): T {
  const found = known.find((candidate) => candidate === value);
  if (found === undefined) throw badEntry(field, value);
  return found;
}

function writeI64(view: DataView, field: NumberField, value: number): void {
  const at = Offset[field];
  if (value === ABSENT) {
    view.setUint32(at, 0xffff_ffff, true);
    view.setUint32(at + 4, I64_MAX_HIGH, true);
    return;
  }
  if (!Number.isSafeInteger(value)) throw badEntry(field, value);
  const high = Math.floor(value / TWO_32);
  view.setUint32(at, value - high * TWO_32, true);
  view.setInt32(at + 4, high, true);
}

function readI64(view: DataView, field: NumberField): number {
  const at = Offset[field];
  const value = view.getInt32(at + 4, true) * TWO_32 + view.getUint32(at, true);
  if (value !== ABSENT && !Number.isSafeInteger(value)) throw badEntry(field, value);
  return value;
}

function badEntry(field: NumberField, value: number | string): RingError {
  return new RingError('BAD_ENTRY', `directory entry: ${field} ${value} is outside its domain`, {
    field,
    offset: Offset[field],
  });
}
