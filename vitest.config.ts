import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';
import { defineConfig } from 'vitest/config';

/** The longest first: one that begins last is waited for by idle workers. */
const LONGEST = [
  'generated.e2e.test.ts',
  'gateway-databento/src/gateway.e2e.test.ts',
  'embedded-life.test.ts',
  'lifecycle.e2e.test.ts',
  'foreign-readers.e2e.test.ts',
  'conformance',
  'e2e',
];

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONGEST.findIndex((part) => moduleId.includes(part));
  return rank === -1 ? LONGEST.length : rank;
}

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}

/** Layers without processes, files or sockets: nothing that a test does outlives it. */
const PURE = ['libs/{core,wire,domain,venue}/**/*.test.ts'];

// One configuration for all packages: `npm test -- <filter>` narrows by path.
// Forks, not threads: the code under test maps memory, takes file locks and handles signals,
// all of which belong to a process. Each file has one of its own, but for those of pure layers.
// Three on two cores: many tests wait for processes, heartbeats and pauses between attempts.
export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    passWithNoTests: true,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    teardownTimeout: 10_000,
    projects: [
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
      {
        extends: true,
        test: {
          name: 'all others',
          include: ['{libs,apps,tools,e2e}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**', '**/.tickwire/**', ...PURE],
        },
      },
    ],
  },
});
