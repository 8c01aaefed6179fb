/** A project of somebody else, with the package as npm packs it and nothing of this repository. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryRoot, temporaryDirectory } from '@tickwire/testing';
import ts from 'typescript';

const EXAMPLES = 'docs/examples/databento';

export interface PackedProject {
  readonly dir: string;
  /** Files of the package, as they were packed. */
  readonly files: readonly string[];
}

/** Makes the package, packs it, unpacks it where a project finds it. */
export function packedProject(): PackedProject {
  const root = repositoryRoot();
  const dir = temporaryDirectory({ name: 'packed-project' });
  const [built, into] = [join(dir, 'built'), join(dir, 'node_modules/@tickwire/databento')];
  execFileSync(process.execPath, [join(root, 'tools/databento-package/run.ts'), built]);
  const packed = execFileSync('npm', ['pack', '--json', '--offline', '--pack-destination', dir], {
    ...{
      cwd: built,
      encoding: 'utf8',
      env: { ...process.env, npm_config_update_notifier: 'false' },
    },
  });
  const [{ filename, files }] = JSON.parse(packed) as [
    { filename: string; files: { path: string }[] },
  ];
  mkdirSync(into, { recursive: true });
  execFileSync('tar', ['-xzf', join(dir, filename), '-C', into, '--strip-components=1']);
  mkdirSync(join(dir, 'node_modules/@types'));
  symlinkSync(join(root, 'node_modules/@types/node'), join(dir, 'node_modules/@types/node'));
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }');
  return { dir, files: files.map(({ path }) => path) };
}

function readmeExamples(dir: string): RegExpExecArray[] {
  const readme = readFileSync(join(dir, 'node_modules/@tickwire/databento/README.md'), 'utf8');
  const found = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)];
  if (found.length === 0) throw new Error('README.md has no examples any more');
  return found;
}

/** Compiles the examples, and those of README.md, against the types of the package. */
export function compileExamples({ dir }: PackedProject): string[] {
  const folder = join(repositoryRoot(), EXAMPLES);
  const names = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  for (const name of names) cpSync(join(folder, name), join(dir, name));
  for (const [at, [, text = '']] of readmeExamples(dir).entries()) {
    const name = `readme-${at + 1}.ts`;
    names.push(name);
    writeFileSync(join(dir, name), text);
  }
  const program = ts.createProgram(
    names.map((name) => join(dir, name)),
    {
      ...{ module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
      ...{ target: ts.ScriptTarget.ES2022, strict: true, types: ['node'], typeRoots: [] },
      typeRoots: [join(dir, 'node_modules/@types')],
    },
  );
  const { diagnostics } = program.emit();
  return [...ts.getPreEmitDiagnostics(program), ...diagnostics].map(({ messageText, file }) => {
    const where = file === undefined ? '' : file.fileName.slice(dirname(dir).length);
    return `${where}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}
