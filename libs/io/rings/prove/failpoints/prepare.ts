/** Makes the instrumented copies of the ring's production modules, once for many processes. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { repositoryRoot } from '@tickwire/testing';
import { instrument } from './instrument.ts';
import type { FailpointSite } from './instrument.ts';
import type { FailpointOrders } from './preload.ts';

/** All that stands between a publisher and the bytes. */
const INSTRUMENTED = ['libs/ipc/ring/src', 'libs/ipc/shm/src', 'libs/io/rings/src'];
/** Loaded as well: stripped here once, and not again in each of thousands of processes. */
const STRIPPED = ['libs/core/src'];

export interface PreparedFailpoints {
  readonly sites: readonly FailpointSite[];
  /** For `node`, before the script. */
  readonly nodeArgs: readonly string[];
  /** For the environment of a process that dies at that pass of that site, or counts passes. */
  env(orders: Omit<FailpointOrders, 'modules' | 'koffiFrom'>): Record<string, string>;
}

/** @param dir - An empty folder for the copies; the caller removes it. */
export function prepareFailpoints(dir: string): PreparedFailpoints {
  const root = repositoryRoot();
  const modules: Record<string, string> = {};
  const sites: FailpointSite[] = [];
  const add = (path: string, code: string): void => {
    const copy = join(dir, `${Object.keys(modules).length}-${basename(path, '.ts')}.js`);
    writeFileSync(copy, code);
    modules[pathToFileURL(path).href] = copy;
  };
  mkdirSync(dir, { recursive: true });
  for (const path of productionModules(root, INSTRUMENTED)) {
    const instrumented = instrument(stripped(path), basename(path, '.ts'));
    sites.push(...instrumented.sites);
    add(path, instrumented.code);
  }
  for (const path of productionModules(root, STRIPPED)) add(path, stripped(path));
  const list = join(dir, 'modules.json');
  writeFileSync(list, JSON.stringify(modules));
  const koffiFrom = join(root, 'libs/ipc/shm/src/system-calls.ts');
  return {
    sites,
    nodeArgs: ['--import', pathToFileURL(join(import.meta.dirname, 'preload.ts')).href],
    env: (orders) => ({
      NODE_COMPILE_CACHE: join(dir, 'compiled'),
      TICKWIRE_FAILPOINTS: JSON.stringify({ modules: list, koffiFrom, ...orders }),
    }),
  };
}

function productionModules(root: string, folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => join(root, folder, name)),
  );
}

function stripped(path: string): string {
  const compilerOptions = {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
  };
  return ts.transpileModule(readFileSync(path, 'utf8'), { compilerOptions }).outputText;
}
