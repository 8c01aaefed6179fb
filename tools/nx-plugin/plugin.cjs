// Gives every project its targets, so that no package repeats them: a folder of libs/ or apps/
// with a package.json is a project (those of e2e/ too), and so is tools/.
// CommonJS because Nx loads plugins with require.
const { dirname, join } = require('node:path');
const { existsSync } = require('node:fs');

const LINT = 'eslint --max-warnings 0 --no-warn-ignored --no-error-on-unmatched-pattern';
const SHARED_INPUTS = ['{workspaceRoot}/eslint.config.mjs', '{workspaceRoot}/tsconfig.base.json'];

/** The rule that a project may import depends on what its neighbours are, so all of them count. */
function lintTarget() {
  return {
    command: `${LINT} {projectRoot}`,
    cache: true,
    inputs: [
      'default',
      '^default',
      ...SHARED_INPUTS,
      '{workspaceRoot}/{libs,apps,e2e}/**/package.json',
      { externalDependencies: ['eslint', 'typescript-eslint', '@nx/eslint-plugin'] },
    ],
    options: { cwd: '{workspaceRoot}' },
  };
}

/**
 * Many packages in one run of ESLint: most of what a package's own run takes is TypeScript reading
 * what the package imports, which is read here once. `--folders="libs/a libs/b"` for less than all.
 */
function lintAllTarget() {
  return {
    command: `${LINT} --format {args.format} {args.folders}`,
    cache: true,
    inputs: [
      '{workspaceRoot}/{apps,e2e,libs,tools}/**/*',
      ...SHARED_INPUTS,
      { externalDependencies: ['eslint', 'typescript-eslint', '@nx/eslint-plugin'] },
    ],
    options: { cwd: '{workspaceRoot}', format: 'stylish', folders: 'apps e2e libs tools' },
  };
}

function testTarget() {
  return {
    command: 'vitest run {projectRoot}',
    options: { cwd: '{workspaceRoot}' },
  };
}

function buildTarget() {
  return {
    command: 'node tools/build/bundle.ts {projectRoot}',
    cache: true,
    inputs: ['default', '^default', '{workspaceRoot}/tools/build/**'],
    outputs: ['{workspaceRoot}/dist/{projectRoot}'],
    options: { cwd: '{workspaceRoot}' },
  };
}

/** Folders with code but without a package.json, and the tag that says what they may import. */
const FOLDERS = { tools: 'type:tool' };

function folderProjects(workspaceRoot) {
  const projects = {};
  for (const [root, tag] of Object.entries(FOLDERS)) {
    if (!existsSync(join(workspaceRoot, root))) continue;
    const targets = { lint: lintTarget(), 'lint-all': lintAllTarget(), test: testTarget() };
    projects[root] = { name: root, root, projectType: 'library', tags: [tag], targets };
  }
  return projects;
}

function packageProject(root, workspaceRoot) {
  const isApp = root.startsWith('apps/');
  const targets = { lint: lintTarget(), test: testTarget() };
  if (isApp && existsSync(join(workspaceRoot, root, 'src/main.ts'))) targets.build = buildTarget();
  return { root, projectType: isApp ? 'application' : 'library', targets };
}

module.exports = {
  name: 'tickwire',
  createNodes: [
    '{package.json,{libs,apps,e2e}/**/package.json}',
    (files, _options, { workspaceRoot }) =>
      files.map((file) => {
        const root = dirname(file);
        const projects =
          root === '.'
            ? folderProjects(workspaceRoot)
            : { [root]: packageProject(root, workspaceRoot) };
        return [file, { projects }];
      }),
  ],
};
