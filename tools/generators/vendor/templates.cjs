// The templates: files of a vendor whose name is left open. They end with `.template`, so that no
// tool takes them for code; the generator's test is what reads them as such.
const { readFileSync, readdirSync } = require('node:fs');
const { join, relative, sep } = require('node:path');
const { fillIn } = require('./names.cjs');

const FOLDER = join(__dirname, 'templates');
const ENDING = '.template';

function templateFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? templateFiles(path) : [path];
  });
}

/**
 * @param {{ vendor: string, Vendor: string, VENDOR: string }} names
 * @returns {{ path: string, text: string }[]} by path, relative to the root of the checkout
 */
function renderTemplates(names) {
  return templateFiles(FOLDER)
    .sort()
    .map((file) => {
      const path = relative(FOLDER, file).split(sep).join('/').slice(0, -ENDING.length);
      return { path: fillIn(path, names), text: fillIn(readFileSync(file, 'utf8'), names) };
    });
}

module.exports = { renderTemplates };
