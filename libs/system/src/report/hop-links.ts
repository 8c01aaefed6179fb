/**
 * Between two hops nothing may vanish either: the `out` of one is the `in` of the next, in the same
 * unit. Only such neighbours are compared as have nothing of their own between them: a ring, for
 * one, also carries ticks that a takeover wrote.
 */
import type { HopRow } from './hop-rows.ts';

export interface BrokenLink {
  readonly from: string;
  readonly to: string;
  readonly out: HopRow['out'];
  readonly in: HopRow['in'];
}

/** The neighbours whose counts differ; hops that nobody counted are not compared. */
export function brokenLinks(hops: readonly HopRow[]): BrokenLink[] {
  const byName = new Map(hops.map((hop) => [hop.name, hop]));
  return hops.flatMap((from) => {
    const to = byName.get(nextOf(from.name) ?? '');
    if (to === undefined || from.out === null || to.in === null) return [];
    if (String(from.out) === String(to.in)) return [];
    return [{ from: from.name, to: to.name, out: from.out, in: to.in }];
  });
}

/** `kucoin.wire gave 10 and kucoin.parse took 9`. */
export function brokenLinkSentence(link: BrokenLink): string {
  return `${link.from} gave ${link.out} and ${link.to} took ${link.in}`;
}

const NEXT: readonly (readonly [RegExp, string])[] = [
  [/^([^.]+)\.wire$/, '$1.parse'],
  [/^ring\.(.+)\.aggregator$/, 'aggregate.$1'],
  [/^ring\.(.+)\.persistence$/, 'journal.$1'],
  [/^journal\.(.+)$/, 'store.$1'],
];

function nextOf(name: string): string | undefined {
  const rule = NEXT.find(([pattern]) => pattern.test(name));
  return rule === undefined ? undefined : name.replace(rule[0], rule[1]);
}
