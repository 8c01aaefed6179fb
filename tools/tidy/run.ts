// `node tools/tidy/run.ts`: prints what breaks the style rules; exit code 1 if anything does.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createSource } from './source.ts';
import type { Source } from './source.ts';
import { tidy } from './tidy.ts';

const root = resolve(import.meta.dirname, '../..');
const LEFT_OUT = /^(node_modules|dist|coverage|fixtures|samples|\.git|\.nx|\.setup|\.tickwire.*)$/;
const READ = /\.(ts|mjs|cjs|md|json|sh|yml|yaml)$|^\.ci\//;
const GENERATED = new Set(['package-lock.json']);

function readTree(folder: string): Source[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return LEFT_OUT.test(entry.name) ? [] : readTree(path);
    if (!entry.isFile() || !READ.test(path) || GENERATED.has(path)) return [];
    return [createSource(path, readFileSync(join(root, path), 'utf8'))];
  });
}

const sources = readTree('');
const findings = tidy(sources, (path) => existsSync(join(root, path)));
for (const { path, line, rule, message, warning } of findings) {
  const place = line === 0 ? path : `${path}:${line}`;
  console.log(`${warning ? 'warning' : 'error'}  ${place}  ${message}  [${rule}]`);
}
const errors = findings.filter((finding) => !finding.warning).length;
console.log(`${sources.length} files, ${errors} errors, ${findings.length - errors} warnings`);
process.exitCode = errors === 0 ? 0 : 1;
