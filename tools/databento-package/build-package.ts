import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { declarationsOf } from './declarations.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = 'libs/client/databento';
const ENTRY = 'src/index.ts';

/**
 * Makes a folder that can be packed and published: one file of JavaScript, declarations, README and
 * licence; nothing of this repository is needed to use it.
 * @param out - Made anew.
 * @throws Error when the source does not compile, or needs a package that is none of ours.
 */
export async function buildPackage(out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, 'types'), { recursive: true });
  await bundle(join(out, 'index.js'));
  const entry = join(ROOT, FOLDER, ENTRY);
  for (const [path, text] of declarationsOf(entry, ROOT)) {
    const to = join(out, 'types', path);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, text);
  }
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest(), undefined, 2)}\n`);
  cpSync(join(ROOT, FOLDER, 'README.md'), join(out, 'README.md'));
  cpSync(join(ROOT, 'LICENSE'), join(out, 'LICENSE'));
}

async function bundle(outfile: string): Promise<void> {
  const { metafile } = await build({
    entryPoints: [join(ROOT, FOLDER, ENTRY)],
    ...{ outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20' },
    ...{ metafile: true, legalComments: 'none', logLevel: 'silent', absWorkingDir: ROOT },
  });
  const foreign = Object.keys(metafile.inputs).filter((path) => path.includes('node_modules/'));
  if (foreign.length > 0) throw new Error(`the package would carry others: ${foreign.join(', ')}`);
}

function manifest(): Record<string, unknown> {
  const text = readFileSync(join(ROOT, FOLDER, 'package.json'), 'utf8');
  const { name, version, license } = JSON.parse(text) as Record<string, string>;
  const types = `./types/${FOLDER}/${ENTRY.replace(/\.ts$/, '.d.ts')}`;
  return {
    ...{ name, version, license, type: 'module' },
    description: 'Databento in JavaScript: live data without a gap, DBN files, typed records',
    keywords: ['databento', 'dbn', 'market data'],
    engines: { node: '>=20' },
    exports: { '.': { types, default: './index.js' } },
    types,
    files: ['index.js', 'types'],
    sideEffects: false,
    peerDependencies: { '@types/node': '>=20' },
    peerDependenciesMeta: { '@types/node': { optional: true } },
  };
}
