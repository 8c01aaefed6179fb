import { ConformanceBench } from './conformance-bench.ts';
import type { BenchStart } from './conformance-bench.ts';
import type { VendorDescription } from './vendor-description.ts';

/** What a test gets: the vendor, a seed, and benches that end with it. */
export interface ConformanceContext {
  readonly vendor: VendorDescription;
  readonly seed: number;
  start(options?: BenchStart): Promise<ConformanceBench>;
}

export interface ConformanceTest {
  /** For `notApplicable`. */
  readonly id: string;
  /** The behaviour, as a sentence without its subject, which is the gateway. */
  readonly behaviour: string;
  run(context: ConformanceContext): Promise<void>;
}

/** Runs one test to its end, and stops all that it started. @throws what the test throws. */
export async function runConformanceTest(
  test: ConformanceTest,
  vendor: VendorDescription,
  seed: number,
): Promise<void> {
  const benches: ConformanceBench[] = [];
  const start = async (options: BenchStart = {}): Promise<ConformanceBench> => {
    const bench = await ConformanceBench.start(vendor, seed, options);
    benches.push(bench);
    return bench;
  };
  try {
    await test.run({ vendor, seed, start });
  } finally {
    for (const bench of benches.reverse()) await bench.close();
  }
}
