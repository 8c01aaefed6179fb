import { z } from 'zod';
import type { ConfigKey } from './config-keys.ts';

/** JSON schema, as far as it is looked at. */
export interface JsonSchema {
  [name: string]: unknown;
}

/** What a key may be, in words: the same in the reference and in messages. */
export function domainOf(key: ConfigKey): string {
  return key.expected ?? schemaDomain(z.toJSONSchema(key.schema));
}

/** `whole number, 0 to 65535`. */
export function schemaDomain(schema: JsonSchema): string {
  const items = schema.items as JsonSchema | undefined;
  if (Array.isArray(schema.enum)) return schema.enum.map(String).join(', ');
  if (items !== undefined) return `list of ${schemaDomain(items).replace('number', 'numbers')}`;
  const { type, minimum, maximum, exclusiveMinimum } = schema;
  if (type === 'string') return 'text';
  if (type === 'boolean') return 'true or false';
  if (type !== 'integer' && type !== 'number') return 'any';
  const noun = type === 'integer' ? 'whole number' : 'number';
  const low = exclusiveMinimum === undefined ? minimum : `above ${String(exclusiveMinimum)}`;
  const isOpen = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER;
  if (isOpen) return `${noun}, ${exclusiveMinimum === undefined ? 'at least ' : ''}${String(low)}`;
  return `${noun}, ${String(low)} to ${String(maximum)}`;
}
