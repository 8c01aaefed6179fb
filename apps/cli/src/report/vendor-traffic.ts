/** What each vendor sent, and how much of it could not be used, from the hops of the accounts. */
import type { HopRow } from '@tickwire/system';

export interface VendorTraffic {
  readonly vendor: string;
  /** Messages that reached the parser. */
  readonly received: number;
  /** Of them, those that could not be read or were not what they had to be. */
  readonly rejected: number;
  readonly rejectedShare: number;
  readonly byReason: Readonly<Record<string, number>>;
  /** Ticks handed to the ring. */
  readonly ticks: number;
}

/** Drops of the parser that are our own limits and no fault of the message. */
const OWN_LIMITS: readonly string[] = ['overflow', 'unsynced', 'killed'];

/** Vendors in the order of the hops; a hop that nobody counted gives 0. */
export function vendorTraffic(hops: readonly HopRow[]): VendorTraffic[] {
  return hops
    .filter((hop) => hop.name.endsWith('.parse'))
    .map((hop) => {
      const vendor = hop.name.slice(0, -'.parse'.length);
      const made = hops.find(({ name }) => name === `${vendor}.normalise`);
      const received = Number(hop.in ?? 0);
      const byReason = Object.fromEntries(
        Object.entries(hop.dropped)
          .filter(([reason, n]) => !OWN_LIMITS.includes(reason) && Number(n) > 0)
          .map(([reason, n]) => [reason, Number(n)]),
      );
      const rejected = Object.values(byReason).reduce((sum, n) => sum + n, 0);
      const rejectedShare = received === 0 ? 0 : rejected / received;
      return { vendor, received, rejected, rejectedShare, byReason, ticks: Number(made?.out ?? 0) };
    });
}
