import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { GeneratedFile } from './emit/generate.ts';
import { MARKER } from './emit/source-text.ts';

/** The folder holds something of another that generated code would overwrite. */
export class OutputError extends Error {}

export interface FolderDifference {
  readonly path: string;
  readonly kind: 'missing' | 'changed' | 'stale';
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Files of an earlier run, by their first line: whatever else is in the folder is left alone. */
function ownFiles(folder: string): string[] {
  const found: string[] = [];
  for (const sub of ['', 'messages']) {
    let names: string[];
    try {
      names = readdirSync(join(folder, sub));
    } catch (error) {
      if (isAbsence(error)) continue;
      throw error;
    }
    for (const name of names) {
      if (!name.endsWith('.ts')) continue;
      const path = sub === '' ? name : `${sub}/${name}`;
      if (textOf(join(folder, path))?.startsWith(`${MARKER}\n`) === true) found.push(path);
    }
  }
  return found.sort();
}

/** What would change if the files were written. */
export function compareFolder(folder: string, files: readonly GeneratedFile[]): FolderDifference[] {
  const differences: FolderDifference[] = [];
  for (const { path, text } of files) {
    const present = textOf(join(folder, path));
    if (present === undefined) differences.push({ path, kind: 'missing' });
    else if (present !== text) differences.push({ path, kind: 'changed' });
  }
  const wanted = new Set(files.map((file) => file.path));
  for (const path of ownFiles(folder)) {
    if (!wanted.has(path)) differences.push({ path, kind: 'stale' });
  }
  return differences;
}

/**
 * Brings the folder to what was generated: files that are right are not touched, those of earlier
 * runs that are no longer made are removed.
 *
 * @returns what was changed.
 * @throws OutputError when a file that the tool did not make stands where one is to be written.
 */
export function writeFolder(folder: string, files: readonly GeneratedFile[]): FolderDifference[] {
  const differences = compareFolder(folder, files);
  const texts = new Map(files.map((file) => [file.path, file.text]));
  for (const { path, kind } of differences) {
    const present = kind === 'changed' ? textOf(join(folder, path)) : undefined;
    if (present !== undefined && !present.startsWith(`${MARKER}\n`)) {
      throw new OutputError(`${join(folder, path)} was not made by this tool: move it away`);
    }
  }
  for (const { path, kind } of differences) {
    const target = join(folder, path);
    if (kind === 'stale') {
      rmSync(target);
      continue;
    }
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, texts.get(path)!);
  }
  return differences;
}
