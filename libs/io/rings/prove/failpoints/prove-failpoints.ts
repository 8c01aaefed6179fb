/**
 * A writer killed right behind every one of its stores.
 *
 * The production modules are loaded with a failpoint behind each store into shared memory and each
 * system call that makes or names a file (`instrument.ts`). Each of the sites that a writer passes
 * kills it, for real, `--kills N` times (100; a quarter of that where it formats a file that nobody
 * can see yet), at random passes, two chains of writers at a time, while other processes read. Held
 * when no tick is torn, every position of every ring is accounted for, and nobody and nothing is
 * left behind.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sharedMemoryRoot } from '@tickwire/ipc-shm';
import { seededRandom, testSeed } from '@tickwire/testing';
import { isBalanced } from '../checked-ticks.ts';
import { discover } from './discover.ts';
import type { ReachedSite } from './discover.ts';
import { killsAt, planKills } from './kill-plan.ts';
import { Lane } from './lane.ts';
import type { LaneResult } from './lane.ts';
import { prepareFailpoints } from './prepare.ts';
import type { ProofReaderResult } from '../proof-reader.ts';

const LANES = 2;

/** So that each of them takes less than a quarter of an hour, also on a slow machine. */
export type Part = 'publish' | 'state' | 'files';

/** `files`: what only a writer passes that makes, replaces or ends rings. */
function partOf({ name, tour }: ReachedSite): Part {
  if (tour === 'files') return 'files';
  return /^(writer|slot-copy|bell) /.test(name) ? 'publish' : 'state';
}

/** Kills at the sites of one part; sets the exit code. */
export async function proveFailpoints(part: Part): Promise<void> {
  const { values } = parseArgs({ options: { kills: { type: 'string', default: '100' } } });
  const seed = testSeed();
  const root = sharedMemoryRoot();
  if (!root.usable) throw new Error(root.reason);
  const plainFiles = (): string[] =>
    readdirSync(root.path, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => name);
  console.log(`TICKWIRE_SEED=${seed}`);
  const before = plainFiles();
  const dir = mkdtempSync(join(root.path, 'tickwire-prove-'));
  const copies = mkdtempSync(join(tmpdir(), 'tickwire-failpoints-'));
  try {
    const failpoints = prepareFailpoints(copies);
    const passed = await discover(failpoints, join(dir, 'discover'));
    const sites = passed.filter((site) => partOf(site) === part);
    const { length } = failpoints.sites;
    console.log(`${length} sites in the modules, ${passed.length} passed by writers`);
    console.log(`${sites.length} of them on the way of this proof`);
    const wanted = Number(values.kills);
    const kills = planKills(sites, { kills: wanted, random: seededRandom(seed) });
    const lanes = Array.from({ length: LANES }, (_, index) => {
      const laneDir = join(dir, `lane${index}`);
      mkdirSync(laneDir, { mode: 0o700 });
      const share = kills.filter((_kill, at) => at % LANES === index);
      return new Lane(failpoints, laneDir).run(share);
    });
    const results = await Promise.all(lanes);
    const after = plainFiles().filter((name) => !before.includes(name));
    process.exitCode = report({ lanes: results, strayFiles: after, sites, wanted }) ? 0 : 1;
  } finally {
    rmSync(dir, { recursive: true, force: true });
    rmSync(copies, { recursive: true, force: true });
  }
}

interface Found {
  readonly lanes: readonly LaneResult[];
  readonly strayFiles: readonly string[];
  readonly sites: readonly ReachedSite[];
  /** Kills at each site. */
  readonly wanted: number;
}

function report({ lanes, strayFiles, sites, wanted }: Found): boolean {
  const killsBySite = new Map<string, number>();
  for (const lane of lanes) {
    for (const [site, kills] of lane.killsBySite) {
      killsBySite.set(site, (killsBySite.get(site) ?? 0) + kills);
    }
  }
  for (const [site, kills] of killsBySite) console.log(`${String(kills).padStart(6)}  ${site}`);
  const killed = [...killsBySite.values()].reduce((sum, kills) => sum + kills, 0);
  const few = sites.filter(
    ({ name }) => (killsBySite.get(name) ?? 0) < killsAt(name, wanted),
  ).length;
  for (const fault of lanes.flatMap((lane) => lane.faults)) console.log(`FAILED ${fault}`);
  const sum = (count: (lane: LaneResult) => number): number =>
    lanes.reduce((total, lane) => total + count(lane), 0);
  const readers = lanes.flatMap((lane) => lane.readers);
  for (const [index, reader] of readers.entries()) describe(index, reader);
  const figures = {
    'torn ticks': readers.reduce((total, reader) => total + reader.broken, 0),
    'unreported losses': readers.reduce((total, reader) => total + unreported(reader), 0),
    'stuck readers': sum((lane) => lane.stuckReaders),
    'stuck writers': sum((lane) => lane.stuckWriters),
    'leaked files': sum((lane) => lane.leaked.length) + strayFiles.length,
    'other faults': sum((lane) => lane.faults.length),
    'sites killed too seldom': few,
  };
  console.log(`       ${killed} kills at ${killsBySite.size} sites`);
  console.log(`       ${sum((lane) => lane.entries)} directory entries decoded`);
  for (const [what, count] of Object.entries(figures)) {
    console.log(`${count === 0 ? 'held  ' : 'FAILED'} ${what}: ${count}`);
  }
  return Object.values(figures).every((count) => count === 0) && killsBySite.size > 0;
}

/** Faults of a reader's account: out of order, or positions that nothing explains. */
function unreported(reader: ProofReaderResult): number {
  const { account, closed, disorder, gapTicks } = reader;
  const explained = isBalanced(account) && account.inFlight === 0;
  const reported = gapTicks === account.lost + closed.lost;
  return disorder + closed.unbalanced + closed.unread + (explained ? 0 : 1) + (reported ? 0 : 1);
}

function describe(index: number, reader: ProofReaderResult): void {
  const { account, closed, verified, announcements, gaps, gapTicks } = reader;
  console.log(
    `       reader ${index}: ${closed.rings + 1} rings, ${verified} ticks verified, ` +
      `${announcements} takeovers announced, padded ${account.padded}, ` +
      `lost ${gapTicks} in ${gaps} gaps, epoch ${account.epoch}`,
  );
}
