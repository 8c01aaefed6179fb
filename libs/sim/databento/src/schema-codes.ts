import { SCHEMA_NAMES } from '@tickwire/wire-dbn';
import type { SchemaName } from '@tickwire/wire-dbn';

/** Code of a schema by its name. */
export function schemaCode(name: SchemaName): number {
  return SCHEMA_NAMES.indexOf(name);
}

/** Schemas that the simulator makes; the consolidated ones need several venues. */
export const MADE_SCHEMAS = [
  ...(['mbo', 'mbp-1', 'mbp-10', 'tbbo', 'trades', 'bbo-1s', 'bbo-1m'] as const),
  ...(['ohlcv-1s', 'ohlcv-1m', 'ohlcv-1h', 'ohlcv-1d'] as const),
  ...(['definition', 'statistics', 'status', 'imbalance'] as const),
] as const satisfies readonly SchemaName[];
export type MadeSchema = (typeof MADE_SCHEMAS)[number];
