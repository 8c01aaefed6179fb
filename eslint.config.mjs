// Rules of all code here. Lint runs through Nx (`npm test`, or `npx nx lint-all tools`): the
// boundary rule needs Nx's project graph and says nothing without it (tools/lint-canary proves
// that it speaks).
import { readFileSync } from 'node:fs';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';
import { forbiddenImports } from './tools/lint/forbidden-imports.ts';
import { packageFolders } from './tools/lint/package-folders.ts';

const root = import.meta.dirname;
/** Code that is not shipped: tests and what they start or share, proofs, benchmarks. */
const TESTS = ['**/*.test.ts', '**/{test,test-processes,prove,bench,e2e}/**/*.ts'];

/** What is shipped as a library. */
const ALL_LIBRARIES = ['core', 'wire', 'ipc', 'domain', 'venue', 'io', 'sim', 'system', 'gateway'];

/** Layer → layers it may import: the table of docs/ARCHITECTURE.md. */
const LAYERS = {
  core: ['core'],
  wire: ['core', 'wire'],
  ipc: ['core'],
  domain: ['core', 'wire'],
  venue: ['core', 'wire', 'domain'],
  io: ['core', 'wire', 'ipc'],
  sim: ['core', 'wire', 'io', 'sim'],
  system: ['core', 'wire', 'ipc', 'domain', 'io'],
  gateway: ['core', 'wire', 'ipc', 'domain', 'io'],
  client: ['core', 'wire', 'domain', 'venue', 'io'],
  testing: [...ALL_LIBRARIES, 'testing'],
  app: ALL_LIBRARIES,
  tool: [...ALL_LIBRARIES, 'client', 'testing'],
  e2e: [...ALL_LIBRARIES, 'client', 'testing'],
};

function boundaries({ tests }) {
  return [
    'error',
    {
      enforceBuildableLibDependency: false,
      // Tests use the testing library, which uses what they test: a circle of packages only.
      ignoredCircularDependencies: [['*', '@tickwire/testing']],
      depConstraints: Object.entries(LAYERS).map(([layer, targets]) => ({
        sourceTag: `type:${layer}`,
        onlyDependOnLibsWithTags: (tests ? [...targets, 'testing'] : targets).map(
          (target) => `type:${target}`,
        ),
      })),
    },
  ];
}

/** Layers without sockets, clocks or randomness of their own: these come in as parameters. */
const PURE = [
  'libs/core/**/*.ts',
  'libs/wire/**/*.ts',
  'libs/ipc/ring/**/*.ts',
  'libs/domain/**/*.ts',
  'libs/venue/**/*.ts',
];

const IMPURE_GLOBALS = [
  'process',
  'Buffer',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'fetch',
  'WebSocket',
  'performance',
  'crypto',
  'console',
  'require',
];

const pureGlobals = IMPURE_GLOBALS.map((name) => ({
  name,
  message: 'This layer is pure: take it as a parameter (docs/ARCHITECTURE.md).',
}));

const SYNTAX = [
  {
    selector: 'TSAsExpression > TSAsExpression.expression > TSUnknownKeyword.typeAnnotation',
    message: 'A cast through unknown hides a wrong type: narrow it, or change the type.',
  },
  { selector: 'ExportAllDeclaration', message: 'Name the exports: the entry file is the API.' },
];

/** One block per package: what its manifest declares is what it may import. */
function packageImports(folder) {
  const manifest = JSON.parse(readFileSync(`${root}/${folder}/package.json`, 'utf8'));
  const restrict = (tests) => ({
    'no-restricted-imports': [
      'error',
      { patterns: [forbiddenImports({ folder, manifest, tests })] },
    ],
  });
  return [
    { files: [`${folder}/**/*.ts`], ignores: TESTS, rules: restrict(false) },
    { files: TESTS.map((glob) => `${folder}/${glob}`), rules: restrict(true) },
  ];
}

export default tseslint.config(
  { ignores: ['**/node_modules', '**/dist', '**/coverage', '**/fixtures', '.nx', '.setup'] },
  {
    // Exceptions belong in this file, with their reason, not beside the code.
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
  },
  {
    files: ['**/*.{ts,mjs,cjs}'],
    plugins: { '@nx': nx },
    languageOptions: { parser: tseslint.parser },
    rules: {
      '@nx/enforce-module-boundaries': boundaries({ tests: false }),
      curly: ['error', 'multi-line'],
      eqeqeq: 'error',
      'no-constant-condition': ['error', { checkLoops: false }],
      'no-debugger': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-param-reassign': 'off',
      'no-promise-executor-return': 'off',
      'no-self-compare': 'error',
      'no-unreachable': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'no-restricted-syntax': ['error', ...SYNTAX],
    },
  },
  { files: TESTS, rules: { '@nx/enforce-module-boundaries': boundaries({ tests: true }) } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strict],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    rules: {
      // An index known to be in range is the rule in typed arrays, and a check per read is not
      // free; `noUncheckedIndexedAccess` makes each such place visible as a `!`.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      // What a catch clause caught may be thrown on.
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/no-unused-expressions': ['error', { allowShortCircuit: true }],
      // `void | Promise<void>` is what a callback returns that may or may not be waited for.
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  { files: PURE, ignores: TESTS, rules: { 'no-restricted-globals': ['error', ...pureGlobals] } },
  {
    // Services log through their logger; what a person reads goes through the command line's own.
    files: ['libs/**/*.ts', 'apps/**/*.ts'],
    ignores: [...TESTS, 'apps/cli/**'],
    rules: { 'no-console': 'error' },
  },
  ...packageFolders(root).flatMap(packageImports),
);
