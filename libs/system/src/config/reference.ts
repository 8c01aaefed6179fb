/** The configuration as a page and as a JSON schema, both made from the keys. */
import { z } from 'zod';
import { CONFIG_KEYS, variableOf } from './config-keys.ts';
import type { ConfigKey } from './config-keys.ts';

interface JsonSchema {
  [name: string]: unknown;
}

/** JSON schema (draft 2020-12) of the configuration file, for completion in editors. */
export function configJsonSchema(): JsonSchema {
  const root: JsonSchema = objectSchema('Configuration of Tickwire');
  const properties = root.properties as Record<string, JsonSchema>;
  properties.$schema = { type: 'string' };
  for (const key of CONFIG_KEYS) {
    const [section = '', leaf] = key.path.split('.');
    if (leaf === undefined) properties[section] = keySchema(key);
    else {
      properties[section] ??= objectSchema(`Settings of ${section}`);
      const inner = properties[section].properties as Record<string, JsonSchema>;
      inner[leaf] = keySchema(key);
    }
  }
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...root };
}

function objectSchema(description: string): JsonSchema {
  return { type: 'object', description, additionalProperties: false, properties: {} };
}

function keySchema(key: ConfigKey): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(key.schema) as JsonSchema;
  const value = key.value === undefined ? {} : { default: key.value };
  return { ...schema, description: key.meaning, ...value };
}

/** The rows of docs/reference/configuration.md. */
export function configTable(): string {
  const rows = CONFIG_KEYS.map((key) => [
    `\`${key.path}\``,
    [variableOf(key.path), key.alias]
      .filter((one) => one !== undefined)
      .map(code)
      .join(' '),
    key.flag === undefined ? '' : code(key.flag),
    domainOf(key),
    key.value === undefined ? (key.absent ?? '') : code(JSON.stringify(key.value)),
    key.meaning,
  ]);
  const head = ['key in the file', 'variable', 'option', 'value', 'default', 'meaning'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

const code = (text: string): string => `\`${text}\``;

function domainOf(key: ConfigKey): string {
  const schema = z.toJSONSchema(key.schema) as JsonSchema;
  const items = schema.items as JsonSchema | undefined;
  if (Array.isArray(schema.enum)) return schema.enum.map((one) => code(String(one))).join(' ');
  if (items !== undefined) return `list of ${rangeOf(items)}`;
  return rangeOf(schema);
}

function rangeOf(schema: JsonSchema): string {
  const { type, minimum, maximum, exclusiveMinimum } = schema;
  if (type !== 'integer' && type !== 'number') return String(type);
  const noun = type === 'integer' ? 'whole number' : 'number';
  const low = minimum ?? (exclusiveMinimum === undefined ? undefined : 'above 0');
  const isOpen = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER;
  if (isOpen) return `${noun}, at least ${String(low)}`;
  return `${noun}, ${String(low)} to ${String(maximum)}`;
}
