// Stands in for npm in the tests of the set-up: "installs" what package-lock.json in the current
// folder lists, without a network. FAKE_NPM says otherwise: fail, or wait to be ended half-way.
const { appendFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const args = process.argv.slice(2);
appendFileSync(process.env.FAKE_NPM_LOG, `${args.join(' ')}\n`);
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const withDev = !args.includes('--omit=dev');
const wanted = Object.entries(packages).filter(
  ([path, entry]) => path.startsWith('node_modules/') && (withDev || !entry.dev),
);

function install([path, entry]) {
  if (entry.link) {
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(`../../${entry.resolved}`, path);
    return;
  }
  mkdirSync(path, { recursive: true });
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name, version: entry.version }));
  writeFileSync(join(path, 'index.js'), `module.exports = '${entry.version}';\n`);
  mkdirSync('node_modules/.bin', { recursive: true });
  if (entry.bin) symlinkSync(`../${name}/index.js`, `node_modules/.bin/${name}`);
}

mkdirSync('node_modules', { recursive: true });
if (process.env.FAKE_NPM === 'fail') {
  install(wanted[0]);
  process.stderr.write('npm error code ENOTFOUND\nnpm error network request failed\n');
  process.exitCode = 1;
} else if (process.env.FAKE_NPM === 'hang') {
  install(wanted[0]);
  const launcher = process.ppid;
  setInterval(() => process.ppid === launcher || process.exit(1), 50);
} else {
  wanted.forEach(install);
  const installed = Object.fromEntries(wanted);
  writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages: installed }));
}
