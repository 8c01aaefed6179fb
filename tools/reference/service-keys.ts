/**
 * The services' own keys, read from each app's config.ts: names, domains and defaults from its
 * schema, meanings from the comments above the keys. The apps are read by path, as documents are,
 * not imported.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { environmentKey, serviceConfig } from '@tickwire/io-service';
import { schemaDomain } from '@tickwire/system';
import ts from 'typescript';
import { z } from 'zod';

export interface ServiceKey {
  readonly variable: string;
  readonly domain: string;
  /** As JSON; `undefined`: it has none, and must be set unless it is optional. */
  readonly value: string | undefined;
  readonly isRequired: boolean;
  readonly meaning: string;
}

export interface ServiceKeys {
  readonly service: string;
  readonly keys: readonly ServiceKey[];
}

const COMMON = 'every service';

/** What every service has first, then each app by name. */
export async function serviceKeys(root: string): Promise<ServiceKeys[]> {
  const common = keysOf(
    serviceConfig.shape,
    meaningsIn(join(root, 'libs/io/service/src/config.ts')),
  );
  const services: ServiceKeys[] = [{ service: COMMON, keys: common }];
  for (const app of readdirSync(join(root, 'apps')).sort()) {
    const path = join(root, 'apps', app, 'src/config.ts');
    if (!existsSync(path)) continue;
    const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
    const schema = Object.values(module).find((value) => value instanceof z.ZodObject);
    if (schema === undefined) throw new Error(`${path} exports no schema`);
    const own = Object.entries(schema.shape as z.ZodRawShape).filter(
      ([name]) => !(name in serviceConfig.shape),
    );
    services.push({ service: app, keys: keysOf(Object.fromEntries(own), meaningsIn(path)) });
  }
  return services;
}

/** One table a service, in Markdown. */
export function serviceTables(services: readonly ServiceKeys[]): string {
  const head = ['variable', 'value', 'default', 'meaning'];
  return services
    .map(({ service, keys }) => {
      const rows = keys.map((key) => [
        `\`${key.variable}\``,
        key.domain,
        key.value === undefined ? (key.isRequired ? 'must be set' : '') : `\`${key.value}\``,
        key.meaning.replaceAll('|', '\\|'),
      ]);
      const lines = [head, head.map(() => '---'), ...rows];
      return [`### ${service}\n`, ...lines.map((row) => `| ${row.join(' | ')} |`)].join('\n');
    })
    .join('\n\n');
}

function keysOf(shape: z.ZodRawShape, meanings: ReadonlyMap<string, string>): ServiceKey[] {
  return Object.entries(shape).map(([name, field]) => {
    const schema = field as z.ZodType;
    const absent = schema.safeParse(undefined);
    return {
      variable: environmentKey(name),
      domain: fieldDomain(schema),
      value: absent.success && absent.data !== undefined ? JSON.stringify(absent.data) : undefined,
      isRequired: !absent.success,
      meaning: meanings.get(name) ?? '',
    };
  });
}

/** By the schema of what it becomes; where that cannot be written, by what a text becomes. */
function fieldDomain(schema: z.ZodType): string {
  const json = z.toJSONSchema(schema, { unrepresentable: 'any' });
  const domain = schemaDomain(json);
  if (domain !== 'any') return domain;
  for (const text of ['1', 'x']) {
    const parsed = schema.safeParse(text);
    if (!parsed.success) continue;
    if (Array.isArray(parsed.data)) return 'list, separated by commas';
    if (typeof parsed.data === 'boolean') return 'true or false';
    if (typeof parsed.data === 'number') return 'number';
  }
  return 'text';
}

/** Comments above the properties of the file's schema, by name of the property. */
function meaningsIn(path: string): ReadonlyMap<string, string> {
  const text = readFileSync(path, 'utf8');
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const meanings = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node)) {
      const range = ts.getLeadingCommentRanges(text, node.pos)?.at(-1);
      const comment = range === undefined ? '' : text.slice(range.pos, range.end);
      const words = comment.replace(/^\/\*\*|\*\/$/g, '').replace(/^\s*\*/gm, '');
      meanings.set(node.name.getText(source), words.replace(/\s+/g, ' ').trim());
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return meanings;
}
