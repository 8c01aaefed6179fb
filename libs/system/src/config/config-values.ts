/**
 * The effective configuration: flags over environment over file over preset over defaults, each
 * value with where it came from, and every problem of all of them at once.
 */
import { presetValues } from '../plan/presets.ts';
import type { PresetName } from '../plan/presets.ts';
import { CONFIG_KEYS, findConfigKey, variableOf } from './config-keys.ts';
import type { ConfigFile } from './config-file.ts';
import type { ConfigKey } from './config-keys.ts';
import { fileKeys } from './file-keys.ts';
import { domainOf } from './key-domain.ts';
import { mistypedVariables } from './mistyped-variables.ts';
import { shownValue } from './shown-value.ts';
import { parseText } from './text-value.ts';

export type Origin = 'flag' | 'environment' | 'file' | 'preset' | 'default';

export interface ConfigValue {
  readonly value: unknown;
  readonly origin: Origin;
  /** `--rate`, `TICKWIRE_RATE`, `my.json:3`, `min-latency`. */
  readonly from: string;
}

export interface ConfigSources {
  /** By path; a text is read as one in a variable is. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly file: ConfigFile | undefined;
}

export interface ResolvedConfig {
  readonly values: ReadonlyMap<string, ConfigValue>;
  /** One line each: where, what was expected, what was given. */
  readonly problems: readonly string[];
}

export function resolveConfig(sources: ConfigSources): ResolvedConfig {
  const problems: string[] = [];
  const { flags, environment, file } = sources;
  const layers = [flagLayer(flags), environmentLayer(environment), fileLayer(file)];
  const given = new Map<string, ConfigValue>();
  // From the strongest to the weakest: a bad value is a problem also where another one wins.
  for (const layer of layers) {
    for (const entry of layer.entries) {
      const problem = problemOf(entry);
      const { key, value, origin, from } = entry;
      if (problem !== undefined) problems.push(problem);
      else if (!given.has(key.path)) given.set(key.path, { value, origin, from });
    }
    problems.push(...layer.problems);
  }
  const preset = given.get('preset')?.value as PresetName | undefined;
  const presets = presetValues(preset);
  const values = new Map<string, ConfigValue>();
  for (const key of CONFIG_KEYS) {
    const known = given.get(key.path);
    if (known !== undefined) values.set(key.path, known);
    else if (preset !== undefined && key.path in presets) {
      values.set(key.path, { value: presets[key.path], origin: 'preset', from: preset });
    } else values.set(key.path, { value: key.value, origin: 'default', from: 'default' });
  }
  return { values, problems };
}

interface Entry {
  readonly key: ConfigKey;
  /** `undefined`: its text is of another form. */
  readonly value: unknown;
  /** As it was given. */
  readonly given: unknown;
  readonly origin: Origin;
  readonly from: string;
  /** For messages: where a person finds it. */
  readonly place: string;
}

interface Layer {
  readonly entries: readonly Entry[];
  readonly problems: readonly string[];
}

function flagLayer(flags: ConfigSources['flags']): Layer {
  const entries = Object.entries(flags).flatMap(([path, given]): Entry[] => {
    const key = findConfigKey(path);
    if (key === undefined || given === undefined) return [];
    const value = typeof given === 'string' ? parseText(given.trim(), key.form) : given;
    const from = key.flag ?? path;
    return [{ key, value, given, origin: 'flag', from, place: from }];
  });
  return { entries, problems: [] };
}

function environmentLayer(environment: ConfigSources['environment']): Layer {
  const entries = CONFIG_KEYS.flatMap((key): Entry[] => {
    const from = [variableOf(key.path), key.alias ?? ''].find(
      (variable) => (environment[variable] ?? '').trim() !== '',
    );
    const given = environment[from ?? '']?.trim();
    if (from === undefined || given === undefined) return [];
    const value = parseText(given, key.form);
    return [{ key, value, given, origin: 'environment', from, place: from }];
  });
  return { entries, problems: mistypedVariables(environment) };
}

function fileLayer(file: ConfigFile | undefined): Layer {
  const entries: Entry[] = [];
  const problems = [...(file?.problems ?? [])];
  for (const { path, node, problem } of fileKeys(file?.members ?? [])) {
    const from = `${file?.name ?? ''}:${node.line}`;
    const key = findConfigKey(path);
    if (problem !== undefined) problems.push(`${from}: ${problem}`);
    if (key === undefined) continue;
    const { value } = node;
    entries.push({ key, value, given: value, origin: 'file', from, place: `${from}: ${path}` });
  }
  return { entries, problems };
}

function problemOf({ key, value, given, place }: Entry): string | undefined {
  const parsed = key.schema.safeParse(value);
  if (parsed.success) return undefined;
  const [issue] = parsed.error.issues;
  // A list in a text is one thing to a person; in a file its items have places.
  const at = typeof given === 'string' ? [] : (issue?.path ?? []);
  const item = Array.isArray(given) && typeof at[0] === 'number' ? given[at[0]] : given;
  const where = [place, ...at.map(String)].join('.');
  return `${where}: expected ${domainOf(key)}, got ${shownValue(item)}`;
}
