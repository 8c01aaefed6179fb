// What npm has to know of new workspace packages. `npm install` would do it, slowly and from a
// registry: nothing is downloaded here, because a vendor brings no package that is not there yet.
const { mkdirSync, symlinkSync, existsSync } = require('node:fs');
const { dirname, join, relative } = require('node:path');

const DEPENDENCY_FIELDS = ['dependencies', 'devDependencies'];

/**
 * Adds packages to the text of package-lock.json, in the order in which npm writes them.
 *
 * @param {string} lockText
 * @param {{ folder: string, manifest: object }[]} packages
 */
function addToLock(lockText, packages) {
  const lock = JSON.parse(lockText);
  const entries = { ...lock.packages };
  for (const { folder, manifest } of packages) {
    const { name, version, license } = manifest;
    const needs = DEPENDENCY_FIELDS.filter((field) => manifest[field] !== undefined);
    entries[folder] = {
      ...{ name, version, license },
      ...Object.fromEntries(needs.map((field) => [field, sorted(manifest[field])])),
    };
    entries[`node_modules/${name}`] = { resolved: folder, link: true };
  }
  lock.packages = sorted(entries);
  return `${JSON.stringify(lock, undefined, 2)}\n`;
}

/** By name, as npm does it. */
function sorted(record) {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => a.localeCompare(b, 'en')));
}

/** Makes the packages found by their names, as an install would. */
function linkPackages(root, packages) {
  for (const { folder, manifest } of packages) {
    const link = join(root, 'node_modules', manifest.name);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(relative(dirname(link), join(root, folder)), link, 'dir');
  }
}

module.exports = { addToLock, linkPackages };
