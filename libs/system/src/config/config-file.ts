/** The configuration file: JSON, its keys as in docs/reference/configuration.md. */
import { readFileSync, statSync } from 'node:fs';
import { SystemError } from '../errors.ts';

/** Values by path: `{ bus: { port: 1 } }` is `{ 'bus.port': 1 }`. */
export type FlatConfig = Readonly<Record<string, unknown>>;

const BYTES_MAX = 1024 * 1024;
const DEPTH_MAX = 4;

/**
 * Reads a file. Which of its keys exist, and what they may be, is judged later, with all else.
 * @throws SystemError `USAGE`: it cannot be read, is no JSON object, or is larger than 1 MiB.
 */
export function readConfigFile(path: string): FlatConfig {
  let text: string;
  try {
    const { size } = statSync(path);
    if (size > BYTES_MAX) {
      throw unusable(path, `has ${size} bytes, more than 1 MiB`);
    }
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof SystemError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw unusable(path, `cannot be read: ${why}`, cause);
  }
  return parseConfigFile(text, path);
}

/** As `readConfigFile`, of a text that `path` names. */
export function parseConfigFile(text: string, path: string): FlatConfig {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw unusable(path, `is not JSON: ${why}`, cause);
  }
  if (!isSection(value)) throw unusable(path, 'is not an object of keys and values');
  const flat: Record<string, unknown> = {};
  flatten(value, { prefix: '', depth: 1, into: flat });
  return flat;
}

interface Flattening {
  readonly prefix: string;
  readonly depth: number;
  readonly into: Record<string, unknown>;
}

function flatten(section: Record<string, unknown>, { prefix, depth, into }: Flattening): void {
  for (const [name, value] of Object.entries(section)) {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    if (path === '$schema') continue; // for editors
    if (isSection(value) && depth < DEPTH_MAX && Object.keys(value).length > 0) {
      flatten(value, { prefix: path, depth: depth + 1, into });
    } else Object.defineProperty(into, path, { value, enumerable: true, configurable: true });
  }
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unusable(path: string, why: string, cause?: unknown): SystemError {
  return new SystemError('USAGE', `the configuration ${path} ${why}`, {
    hint: 'Its keys are in docs/reference/configuration.md; `tickwire config --check` checks one',
    ...(cause === undefined ? {} : { cause }),
  });
}
