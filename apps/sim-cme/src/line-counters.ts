/** Puts the simulator's counts, summed over its channels, into the counters of the process. */
import type { CounterTable, HopCounters } from '@tickwire/core';
import { FEED_TYPES, FeedLine } from '@tickwire/sim-cme';
import type { CmeSimulator } from '@tickwire/sim-cme';

/** Makes the counters, and gives what brings them up to date. */
export function lineCounters(
  simulator: CmeSimulator,
  { stats, sent }: { stats: CounterTable; sent: HopCounters },
): () => void {
  const overflowed = sent.dropped('overflow');
  const failed = sent.dropped('refused');
  const leftOut = stats.counter('gauge/sim.leftOutMs');
  const events = stats.counter('count/events');
  const lines = FEED_TYPES.flatMap((feed) =>
    Object.values(FeedLine).map((line) => ({
      ...{ feed, line },
      sent: stats.counter(`count/sent.${feed}${line}`),
      lost: stats.counter(`count/lost.${feed}${line}`),
    })),
  );
  const replay = {
    served: stats.counter('count/replay.served'),
    refused: stats.counter('count/replay.refused'),
    packets: stats.counter('count/replay.packets'),
  };
  return () => {
    const counts = simulator.counts();
    sent.out.set(counts.datagrams.sent);
    overflowed.set(counts.datagrams.overflowed);
    failed.set(counts.datagrams.failed);
    leftOut.set(counts.leftOutMs);
    events.set(counts.events);
    for (const { feed, line, sent, lost } of lines) {
      const ofLine = counts.lines.filter((of) => of.feed === feed && of.line === line);
      sent.set(ofLine.reduce((sum, of) => sum + of.delivered, 0));
      lost.set(ofLine.reduce((sum, of) => sum + of.dropped + of.droppedInBursts, 0));
    }
    replay.served.set(counts.replay?.served ?? 0);
    replay.refused.set(counts.replay?.refused ?? 0);
    replay.packets.set(counts.replay?.packets ?? 0);
  };
}
