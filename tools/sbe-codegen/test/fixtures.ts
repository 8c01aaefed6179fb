import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readSchema } from '@tickwire/io-sbe-schema';
import type { ByteOrder, Schema } from '@tickwire/wire-sbe';

const FOLDER = join(import.meta.dirname, '../fixtures');

/** One schema a feature: `choices`, `groups`, `versions` … */
export const FEATURES = readdirSync(FOLDER)
  .map((name) => name.replace(/\.xml$/, ''))
  .sort();

export function featureXml(name: string, byteOrder: ByteOrder = 'littleEndian'): string {
  const xml = readFileSync(join(FOLDER, `${name}.xml`), 'utf8');
  return xml.replace('byteOrder="littleEndian"', `byteOrder="${byteOrder}"`);
}

export function featureSchema(name: string, byteOrder: ByteOrder = 'littleEndian'): Schema {
  return readSchema(featureXml(name, byteOrder)).schema;
}

export const BYTE_ORDERS: readonly ByteOrder[] = ['littleEndian', 'bigEndian'];
