/** A check that is not a test file: a command that says by its exit code whether all is well. */
export interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

/** Nx without its daemon, its cloud and its full-screen display: the same in a terminal and CI. */
export const NX_ENVIRONMENT = {
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
  NX_ANALYTICS: 'false',
} as const;

/** What is formatted: not what people write beside it, such as the reports of their runs. */
const FORMATTED = [
  'apps',
  'docs',
  'libs',
  'tools',
  'eslint.config.mjs',
  'nx.json',
  'package.json',
  'tsconfig.base.json',
  'tsconfig.json',
  'vitest.config.ts',
];

/** Names resolve in node_modules/.bin first: nothing global is used. The longest is the first. */
export const STEPS: readonly Step[] = [
  {
    name: 'lint and boundaries',
    command: ['nx', 'run', 'tools:lint-all', '--output-style=static'],
  },
  {
    name: 'format',
    command: ['prettier', '--check', '--log-level', 'warn', ...FORMATTED],
  },
  { name: 'tidy', command: ['node', 'tools/tidy/run.ts'] },
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json', '--noEmit', '--pretty', 'false'] },
  { name: 'boundary canary', command: ['node', 'tools/lint-canary/run.ts'] },
];
