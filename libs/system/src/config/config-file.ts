/** The configuration file: JSON, its keys as in docs/reference/configuration.md. */
import { readFileSync, statSync } from 'node:fs';
import { JsonMistake, parseJsonText } from './json-text.ts';
import type { JsonMember } from './json-text.ts';

export interface ConfigFile {
  /** As it was named; for `my.json:3`. */
  readonly name: string;
  readonly members: readonly JsonMember[];
  /** Why it cannot be used: at most one, and then there are no members. */
  readonly problems: readonly string[];
}

const BYTES_MAX = 1024 * 1024;

/** Reads a file. Which of its keys exist, and what they may be, is judged later, with all else. */
export function readConfigFile(path: string): ConfigFile {
  let text: string;
  try {
    const stat = statSync(path);
    // A pipe or a device has no size to check before it is read.
    if (!stat.isFile()) return unusable(path, 'cannot be read: it is no file');
    if (stat.size > BYTES_MAX) return unusable(path, `has ${stat.size} bytes, more than 1 MiB`);
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return unusable(path, `cannot be read: ${why}`);
  }
  return parseConfigFile(text, path);
}

/** As `readConfigFile`, of a text that `name` names. */
export function parseConfigFile(text: string, name: string): ConfigFile {
  try {
    const { members } = parseJsonText(text.replace(/^\uFEFF/, ''));
    if (members === undefined) return unusable(name, 'is not an object of keys and values');
    return { name, members, problems: [] };
  } catch (cause) {
    if (!(cause instanceof JsonMistake)) throw cause;
    const { line, column, message } = cause;
    return unusable(name, `is not JSON: line ${line}, column ${column} ${message}`);
  }
}

function unusable(name: string, why: string): ConfigFile {
  return { name, members: [], problems: [`the configuration ${name} ${why}`] };
}
