// What a package may import from outside its own folder, as one pattern for
// `no-restricted-imports`. Which layer may import which is the boundary rule's business; this adds
// Node's builtins, npm packages, and that everything imported is declared.

/** Layers (by folder) whose table row says "none" for Node builtins and npm packages. */
const PURE_FOLDER = /^libs\/(core|wire|domain|venue|ipc\/ring)(\/|$)/;

/** Shared memory is the only foreign-function interface of the project. */
const FFI_FOLDER = 'libs/ipc/shm';

/** All of it is for tests, so it may use what tests use. */
const TESTING_FOLDER = 'libs/testing';

const TEST_PACKAGES = ['vitest', 'fast-check', '@tickwire/testing'];

/** The part of a package.json that decides. */
export interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  /** For its tests only. */
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface ImportingCode {
  readonly folder: string;
  readonly manifest: Manifest;
  /** Tests, proofs and benchmarks: they are not shipped. */
  readonly tests: boolean;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function isNpm(name: string): boolean {
  return !name.startsWith('@tickwire/');
}

function allowedPackages({ folder, manifest, tests }: ImportingCode): string[] {
  const own = Object.keys(manifest.dependencies ?? {});
  if (tests || folder === TESTING_FOLDER) {
    const forTests = Object.keys(manifest.devDependencies ?? {});
    return [...own, ...forTests, ...TEST_PACKAGES, manifest.name];
  }
  if (PURE_FOLDER.test(folder)) return own.filter((name) => !isNpm(name));
  if (folder === FFI_FOLDER) return own.filter((name) => !isNpm(name) || name === 'koffi');
  return own.filter((name) => name !== 'koffi');
}

/** A pattern that matches every import which is not allowed, and what to say about it. */
export function forbiddenImports(code: ImportingCode): { regex: string; message: string } {
  const names = allowedPackages(code).map(escape);
  const allowed = ['\\.{1,2}\\/', ...names.map((name) => `${name}(?:\\/|$)`)];
  const mayUseNode = code.tests || !PURE_FOLDER.test(code.folder);
  if (mayUseNode) allowed.push('node:');
  const message = mayUseNode
    ? 'Not declared in this package.json, or not for this layer (docs/ARCHITECTURE.md).'
    : 'This layer imports no Node builtin and no npm package (docs/ARCHITECTURE.md).';
  return { regex: `^(?!${allowed.join('|')})`, message };
}
