/**
 * The effective configuration: flags over environment over file over preset over defaults, each
 * value with where it came from, and every problem of all of them at once.
 */
import { presetValues } from '../plan/presets.ts';
import type { PresetName } from '../plan/presets.ts';
import { CONFIG_KEYS, findConfigKey, variableOf } from './config-keys.ts';
import type { ConfigKey } from './config-keys.ts';
import { nearest } from './nearest-name.ts';
import { parseText } from './text-value.ts';

export type Origin = 'flag' | 'environment' | 'file' | 'preset' | 'default';

export interface ConfigValue {
  readonly value: unknown;
  readonly origin: Origin;
  /** `--rate`, `TICKWIRE_RATE`, `tickwire.json`, `min-latency`. */
  readonly from: string;
}

export interface ConfigSources {
  /** By path, as the command line has parsed them. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** By path, as they stand in the file; with its name. */
  readonly file: { readonly name: string; readonly values: Readonly<Record<string, unknown>> };
}

export interface ResolvedConfig {
  readonly values: ReadonlyMap<string, ConfigValue>;
  /** One line each: where, what was expected, what was given. */
  readonly problems: readonly string[];
}

const SHOWN_MAX = 60;

export function resolveConfig(sources: ConfigSources): ResolvedConfig {
  const problems: string[] = [];
  const layers = [flagLayer(sources), environmentLayer(sources), fileLayer(sources)];
  const given = new Map<string, ConfigValue>();
  // From the strongest to the weakest: a bad value is a problem also where another one wins.
  for (const layer of layers) {
    for (const { key, value, origin, from } of layer.entries) {
      const problem = problemOf(key, value, from);
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
  readonly value: unknown;
  readonly origin: Origin;
  readonly from: string;
}

interface Layer {
  readonly entries: readonly Entry[];
  readonly problems: readonly string[];
}

function flagLayer({ flags }: ConfigSources): Layer {
  const entries = Object.entries(flags).flatMap(([path, value]): Entry[] => {
    const key = findConfigKey(path);
    if (key === undefined || value === undefined) return [];
    return [{ key, value, origin: 'flag', from: key.flag ?? path }];
  });
  return { entries, problems: [] };
}

function environmentLayer({ environment }: ConfigSources): Layer {
  const entries: Entry[] = [];
  const problems: string[] = [];
  for (const key of CONFIG_KEYS) {
    const variable = [variableOf(key.path), key.alias].find(
      (one) => one !== undefined && (environment[one] ?? '').trim() !== '',
    );
    const text = environment[variable ?? '']?.trim();
    if (variable === undefined || text === undefined) continue;
    const parsed = parseText(text, key.form);
    if (parsed.ok) {
      entries.push({ key, value: parsed.value, origin: 'environment', from: variable });
    } else problems.push(`${variable}: expected ${parsed.expected}, got ${shown(text)}`);
  }
  return { entries, problems };
}

function fileLayer({ file }: ConfigSources): Layer {
  const entries: Entry[] = [];
  const problems: string[] = [];
  for (const [path, value] of Object.entries(file.values)) {
    const key = findConfigKey(path);
    if (key !== undefined) {
      entries.push({ key, value, origin: 'file', from: `${file.name}: ${path}` });
      continue;
    }
    const close = nearest(
      path,
      CONFIG_KEYS.map((one) => one.path),
    );
    const hint = close === undefined ? '' : `; did you mean ${close}?`;
    problems.push(`${file.name}: ${path} is unknown${hint}`);
  }
  return { entries, problems };
}

function problemOf(key: ConfigKey, value: unknown, from: string): string | undefined {
  const parsed = key.schema.safeParse(value);
  if (parsed.success) return undefined;
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : `.${issue.path.join('.')}`;
  const why = (issue?.message ?? 'not valid').replace(/^Invalid (input|option): /, '');
  return `${from}${place}: ${why}, got ${shown(value)}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}
