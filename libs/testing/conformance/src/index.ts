/**
 * One list of tests that every vendor's gateway passes, against its simulator, as a real process.
 * How a vendor describes itself: `VendorDescription`, and docs/add-a-vendor.md.
 */
export { describeConformance } from './describe-conformance.ts';
export { descriptionMistakes } from './check-description.ts';
export { CONFORMANCE_TESTS } from './conformance-tests.ts';
export { runConformanceTest } from './conformance-test.ts';
export type { ConformanceContext, ConformanceTest } from './conformance-test.ts';
export { HOSTILE_KINDS } from './vendor-description.ts';
export type {
  GatewayCommand,
  GatewayStart,
  HostileKind,
  HostileMessage,
  RateLimit,
  SimulatorBook,
  SimulatorStart,
  VendorDescription,
  VendorFaults,
  VendorLimits,
  VendorSimulator,
} from './vendor-description.ts';
