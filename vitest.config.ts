import { defineConfig } from 'vitest/config';

// One configuration for all packages: `npm test -- <filter>` narrows by path.
// Forks, not threads: the code under test maps memory, takes file locks and handles signals,
// all of which belong to a process.
export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    include: ['{libs,apps,tools,e2e}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.tickwire/**'],
    passWithNoTests: true,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    teardownTimeout: 10_000,
  },
});
