export { announceSkip, capturedData } from './captured-data.ts';
export { FakeClock } from './fake-clock.ts';
export { repositoryRoot } from './repository-root.ts';
export { TestProcess, startProcess } from './start-process.ts';
export type { ProcessEnd, StartProcessOptions } from './start-process.ts';
export { temporaryDirectory } from './temporary-directory.ts';
export { seedFromEnvironment, seededRandom, testSeed } from './test-seed.ts';
export { waitFor } from './wait-for.ts';
export type { WaitOptions } from './wait-for.ts';
