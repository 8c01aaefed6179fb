/** The configuration as a page and as a JSON schema, both made from the keys. */
import { z } from 'zod';
import { CONFIG_KEYS, variableOf } from './config-keys.ts';
import type { ConfigKey } from './config-keys.ts';
import { domainOf } from './key-domain.ts';
import type { JsonSchema } from './key-domain.ts';

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
