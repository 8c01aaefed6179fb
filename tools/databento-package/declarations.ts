import { readdirSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';

const INDEX = 'src/index.ts';

/** Such as `@tickwire/wire-dbn`; in types that are imported in place, too. */
const OURS = /(from |import\(|import )(['"])(@tickwire\/[^'"]+|\.{1,2}\/[^'"]+)\2/g;

/**
 * Declarations of a source file and all that it takes from this repository, each at its place below
 * the root, importing one another by relative paths only.
 * @returns texts by path, relative to the root: `libs/wire/dbn/src/index.d.ts`.
 * @throws Error with the compiler's words when something cannot be declared.
 */
export function declarationsOf(entry: string, root: string): Map<string, string> {
  const options = compilerOptions(root);
  const program = ts.createProgram([entry], options);
  const emitted = new Map<string, string>();
  const result = program.emit(
    undefined,
    (path, text, _mark, _error, sources = []) => {
      for (const { fileName } of sources) {
        const resolve = (name: string): string => resolved(name, fileName, options);
        emitted.set(relative(root, declarationOf(fileName)), rewritten(text, fileName, resolve));
      }
    },
    undefined,
    true,
  );
  const problems = [...ts.getPreEmitDiagnostics(program), ...result.diagnostics];
  if (problems.length > 0) throw new Error(ts.formatDiagnostics(problems, HOST));
  return emitted;
}

const HOST: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => process.cwd(),
  getNewLine: () => '\n',
};

function compilerOptions(root: string): ts.CompilerOptions {
  const path = join(root, 'tsconfig.base.json');
  const read = ts.readConfigFile(path, (name) => ts.sys.readFile(name));
  const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, root);
  return {
    ...options,
    ...{ noEmit: false, declaration: true, emitDeclarationOnly: true, stripInternal: true },
    // By their links in node_modules they would be strangers, which nobody declares.
    paths: pathsOf(root),
    rootDir: root,
    outDir: join(root, 'dist'),
  };
}

function pathsOf(root: string): Record<string, string[]> {
  const folder = join(root, 'node_modules/@tickwire');
  const names = readdirSync(folder);
  return Object.fromEntries(
    names.map((name) => [`@tickwire/${name}`, [join(realpathSync(join(folder, name)), INDEX)]]),
  );
}

/** `from '../../core/src/index.js'` for what was `from '@tickwire/core'`. */
function rewritten(text: string, from: string, resolve: (name: string) => string): string {
  return text.replaceAll(OURS, (_whole, lead: string, quote: string, name: string) => {
    const path = relative(dirname(from), resolve(name)).split(sep).join('/');
    const file = path.replace(/(\.d)?\.ts$/, '.js');
    return `${lead}${quote}${file.startsWith('.') ? file : `./${file}`}${quote}`;
  });
}

function resolved(name: string, from: string, options: ts.CompilerOptions): string {
  const mode = ts.ModuleKind.ESNext;
  const { resolvedModule } = ts.resolveModuleName(
    ...([name, from, options, ts.sys, undefined, undefined, mode] as const),
  );
  if (resolvedModule === undefined) throw new Error(`${from} imports ${name}, which is not there`);
  return resolvedModule.resolvedFileName;
}

const declarationOf = (source: string): string => source.replace(/\.ts$/, '.d.ts');
