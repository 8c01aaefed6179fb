// `npx nx g ./tools/generators:vendor NAME`. CommonJS because Nx loads generators with require.
const { spawnSync } = require('node:child_process');
const { dirname, join } = require('node:path');
const { vendorNames } = require('./names.cjs');
const { PLAN_PATH, addToPlan } = require('./plan-entry.cjs');
const { renderTemplates } = require('./templates.cjs');
const { addToLock, linkPackages } = require('./workspace-packages.cjs');

const LOCK_PATH = 'package-lock.json';
const REFERENCE = 'tools/reference/run.ts';

/**
 * Writes a vendor that compiles, runs against its own simulator and passes the conformance suite.
 *
 * @param tree Nx's view of the checkout: nothing is written before all of it could be made.
 * @param {{ name: string }} options
 * @returns what is left to do when the files are written
 */
module.exports = async function generateVendor(tree, { name }) {
  const names = vendorNames(name);
  const files = renderTemplates(names);
  const taken = files.find(({ path }) => tree.exists(path));
  if (taken !== undefined) {
    throw new Error(
      `There is something called "${name}" already: ${taken.path}. Nothing was written.`,
    );
  }
  const packages = files
    .filter(({ path }) => path.endsWith('/package.json'))
    .map(({ path, text }) => ({ folder: dirname(path), manifest: JSON.parse(text) }));
  const plan = addToPlan(tree.read(PLAN_PATH, 'utf8'), names);
  const lock = addToLock(tree.read(LOCK_PATH, 'utf8'), packages);
  for (const { path, text } of [...files, { path: PLAN_PATH, text: plan }]) {
    tree.write(path, await formatted(join(tree.root, path), text));
  }
  tree.write(LOCK_PATH, lock);
  return () => {
    linkPackages(tree.root, packages);
    makeReferencePages(tree.root);
    process.stdout.write(nextSteps(names));
  };
};

/** Names have other lengths than the template's, so lines break elsewhere. */
async function formatted(path, text) {
  const prettier = await import('prettier');
  const options = (await prettier.resolveConfig(path)) ?? {};
  return prettier.format(text, { ...options, filepath: path });
}

/** The pages that list all services' variables know the new ones. */
function makeReferencePages(root) {
  const node = join(root, 'node_modules/.bin/node');
  const { status, stderr, error } = spawnSync(node, [REFERENCE], { cwd: root, encoding: 'utf8' });
  if (status === 0) return;
  const reason = error?.message ?? stderr;
  throw new Error(`The vendor is written; its reference pages are not (${REFERENCE}): ${reason}`);
}

function nextSteps({ vendor, Vendor }) {
  return `
${Vendor} runs, with a placeholder for its protocol:

  npm test -- apps/gateway-${vendor} libs/venue/${vendor} libs/sim/${vendor}
  npm start -- --vendors ${vendor} --duration 20
  npm run tickwire -- sim ${vendor}

Next: docs/vendors/${vendor}.md, evidence first; the procedure is docs/add-a-vendor.md.
`;
}
