/** Which site kills when: each as often as is wished, in random order. */
import type { ReachedSite } from './discover.ts';

export interface PlannedKill {
  readonly site: string;
  readonly tour: ReachedSite['tour'];
  /** 1 = the first pass of a life. */
  readonly pass: number;
  /** Of a site inside of a block: how much of it is stored. */
  readonly share: number;
  /** The death that must come right before. */
  readonly after?: { readonly site: string; readonly pass: number } | undefined;
}

/** A death of the writer before leaves at least something up to this pass. */
const AFTER_PASS_MAX = 9;
/**
 * Stores that format a file nobody can see yet: a death at one of them leaves the same as a death
 * at any other, a file without a name. They are killed at a quarter as often.
 */
const UNSEEN = /^(header|padded-text) /;
const UNSEEN_SHARE = 1 / 4;
/** Half of the kills are in the first passes, where a writer starts and takes over. */
const EARLY_PASSES = 4;

export function planKills(
  sites: readonly ReachedSite[],
  options: { kills: number; random: () => number },
): PlannedKill[] {
  const { random } = options;
  const oneOf = (count: number): number => 1 + Math.floor(random() * count);
  const planned = sites.flatMap((site) =>
    Array.from({ length: killsAt(site.name, options.kills) }, (): PlannedKill => {
      const passes = random() < 0.5 ? Math.min(site.passes, EARLY_PASSES) : site.passes;
      const { after } = site;
      return {
        site: site.name,
        tour: site.tour,
        pass: oneOf(passes),
        share: random(),
        after: after === undefined ? undefined : { site: after, pass: deathPass(site, oneOf) },
      };
    }),
  );
  return shuffled(planned, random);
}

/** How often a site is to kill, of `kills` wished. */
export function killsAt(site: string, kills: number): number {
  return UNSEEN.test(site) ? Math.ceil(kills * UNSEEN_SHARE) : kills;
}

function deathPass(site: ReachedSite, oneOf: (count: number) => number): number {
  return site.tour === 'stream' ? 1 + oneOf(AFTER_PASS_MAX) : oneOf(2);
}

function shuffled<T>(items: T[], random: () => number): T[] {
  for (let end = items.length - 1; end > 0; end--) {
    const other = Math.floor(random() * (end + 1));
    [items[end], items[other]] = [items[other] as T, items[end] as T];
  }
  return items;
}
