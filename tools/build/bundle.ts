// `node tools/build/bundle.ts apps/<app>` (through `nx build <app>`): one file that runs on Node
// 24 without the sources: dist/apps/<app>/main.js.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const repository = resolve(import.meta.dirname, '../..');

/** Packages with a binary of their own, loaded by path: they stay beside the bundle. */
const NATIVE = ['koffi', '@duckdb/*'];

/** Some dependencies are CommonJS and call require() for Node's builtins. */
const REQUIRE_BANNER = [
  "import { createRequire as tickwireCreateRequire } from 'node:module';",
  'const require = tickwireCreateRequire(import.meta.url);',
].join('\n');

const folder = process.argv[2];
const entry = folder === undefined ? undefined : join(repository, folder, 'src/main.ts');
if (folder === undefined || entry === undefined || !existsSync(entry)) {
  console.error('Use: node tools/build/bundle.ts apps/<app> (an app with src/main.ts)');
  process.exit(2);
}

const result = await build({
  entryPoints: [entry],
  outfile: join(repository, 'dist', folder, 'main.js'),
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  sourcemap: true,
  external: NATIVE,
  banner: { js: REQUIRE_BANNER },
  metafile: true,
  logLevel: 'warning',
});
const bytes = Object.values(result.metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0);
console.log(`dist/${folder}/main.js: ${Math.round(bytes / 1024)} KiB with its source map`);
