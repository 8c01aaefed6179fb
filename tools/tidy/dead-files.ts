import { posix } from 'node:path';
import ts from 'typescript';
import { isTest, walk } from './source.ts';
import type { Finding, Source } from './source.ts';

/** Files that something other than an import starts. */
const ENTRIES = [
  /^[^/]+$/,
  /^libs\/.+\/src\/index\.ts$/,
  /^apps\/[^/]+\/src\/main\.ts$/,
  /^docs\/examples\//,
  /^tools\/[^/]+\/run\.ts$/,
  /^tools\/setup\/launch\.mjs$/,
  /^tools\/nx-plugin\/plugin\.cjs$/,
  /^tools\/generators\/\w+\/generator\.cjs$/,
  /^tools\/build\/bundle\.ts$/,
  /\/(prove|bench)\/[^/]+\.(prove|bench)\.ts$/,
];

/**
 * Everything a file names: imports, and literals that are paths of code, since workers, child
 * processes and reporters are started by path.
 */
function references(source: Source): string[] {
  const found: string[] = [];
  if (source.ast === undefined) return found;
  walk(source.ast, (node) => {
    const isPath = ts.isStringLiteralLike(node) && /\.(ts|mjs|cjs)$/.test(node.text);
    if (isPath) found.push(node.text);
  });
  return found;
}

/** Scripts that a page of the documentation tells people to run. */
function documented(sources: readonly Source[], known: ReadonlySet<string>): string[] {
  const pages = sources.filter((source) => source.path.endsWith('.md'));
  const named = pages.flatMap((page) => page.text.match(/[\w./-]+\.(ts|mjs|cjs)\b/g) ?? []);
  return named.map((path) => path.replace(/^\.\//, '')).filter((path) => known.has(path));
}

function resolve(path: string, from: string, known: ReadonlySet<string>): string[] {
  const beside = posix.join(posix.dirname(from), path);
  if (known.has(beside)) return [beside];
  if (known.has(posix.normalize(path))) return [posix.normalize(path)];
  // A path put together at run time ends with what it names: join(root, 'apps', 'x/main.ts').
  const tail = `/${path.replace(/^(\.{1,2}\/)+/, '')}`;
  return tail.length < 2 ? [] : [...known].filter((candidate) => candidate.endsWith(tail));
}

function reach(roots: readonly string[], edges: ReadonlyMap<string, string[]>): Set<string> {
  const reached = new Set<string>();
  const queue = [...roots];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    queue.push(...(edges.get(path) ?? []));
  }
  return reached;
}

/**
 * Code files that nothing uses: reached neither from an entry nor from a test; or reached from
 * tests alone although they have a test of their own, which makes them product code without a
 * user.
 */
export function deadFiles(sources: readonly Source[]): Finding[] {
  const code = sources.filter((source) => source.ast !== undefined);
  const known = new Set(code.map((source) => source.path));
  const edges = new Map(
    code.map((source) => [
      source.path,
      references(source).flatMap((path) => resolve(path, source.path, known)),
    ]),
  );
  const entries = [...known].filter((path) => ENTRIES.some((entry) => entry.test(path)));
  const used = reach([...entries, ...documented(sources, known)], edges);
  const tested = reach([...known].filter(isTest), edges);
  const found: Finding[] = [];
  for (const path of known) {
    if (used.has(path) || isTest(path)) continue;
    const ownTest = known.has(path.replace(/\.(ts|mjs|cjs)$/, '.test.ts'));
    if (tested.has(path) && !ownTest) continue;
    const message = ownTest ? 'only tests use it' : 'nothing imports it';
    found.push({ path, line: 0, rule: 'dead-file', message });
  }
  return found;
}
