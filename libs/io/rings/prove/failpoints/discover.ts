/** Which sites a writer passes, and how often in one life. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { liveOnce } from './dying-writer.ts';
import type { PreparedFailpoints } from './prepare.ts';
import type { TourOptions } from './tour-writer.ts';

export interface ReachedSite {
  readonly name: string;
  readonly tour: TourOptions['tour'];
  /** In one life. */
  readonly passes: number;
  /** The site at which the writer before must have died, where this is passed only then. */
  readonly after?: string;
}

/** @param dir - A folder on a tmpfs for the rings of the trial; the caller removes it. */
export async function discover(
  failpoints: PreparedFailpoints,
  dir: string,
): Promise<readonly ReachedSite[]> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const found = new Map<string, ReachedSite>();
  for (const tour of ['stream', 'files'] as const) {
    const options = tourOptions(tour, dir, tour);
    await passesOf(failpoints, options); // makes the ring: the later lives take it over
    for (const after of [undefined, deathSite(failpoints, tour)]) {
      if (after !== undefined) {
        const end = await liveOnce(failpoints, options, { site: after, pass: 2 });
        if (end.how !== 'killed') throw new Error(`${after} did not kill: ${end.stderr}`);
      }
      for (const [name, passes] of await passesOf(failpoints, options)) {
        if (found.has(name)) continue;
        found.set(name, { name, tour, passes, ...(after === undefined ? {} : { after }) });
      }
    }
  }
  return [...found.values()];
}

/** Where a death leaves something behind: claimed positions, or a file that is half made. */
function deathSite(failpoints: PreparedFailpoints, tour: TourOptions['tour']): string {
  const [module, label] =
    tour === 'stream' ? ['writer ', 'CursorCell.claimed]'] : ['shared-file ', 'fchmodSync'];
  const site = failpoints.sites.find(({ name }) => name.startsWith(module) && name.includes(label));
  if (site === undefined) throw new Error(`no ${label} in ${module}`);
  return site.name;
}

async function passesOf(
  failpoints: PreparedFailpoints,
  tour: TourOptions,
): Promise<[site: string, passes: number][]> {
  const counts = join(tour.dir, 'counts.json');
  const end = await liveOnce(failpoints, tour, { counts });
  if (end.how !== 'done') throw new Error(`a writer that nothing killed: ${end.stderr}`);
  return Object.entries(JSON.parse(readFileSync(counts, 'utf8')) as Record<string, number>);
}

export function tourOptions(tour: TourOptions['tour'], dir: string, name: string): TourOptions {
  if (tour === 'files') return { dir, name, tour, slotCount: 64, directoryCapacity: 16 };
  // Room for the entries of thousands of writers: each appends some.
  return { dir, name, tour, slotCount: 2_048, directoryCapacity: 65_536 };
}
