/**
 * What became of the packets of the incremental feed: parts of the hop `cme.parse`, which counts
 * packets where they are handed to channels. Read from the channels' arbiters once a second.
 */
import type { Counter } from '@tickwire/core';
import type { ChannelCounts } from '@tickwire/domain-arbitration';
import type { GatewayHops } from '@tickwire/gateway';

type Fate = 'delivered' | 'duplicate' | 'late' | 'outOfWindow' | 'badSequence' | 'givenUp';

export class PacketAccount {
  readonly #parts: Readonly<Record<Fate, Counter>>;
  readonly #held: Counter;

  constructor({ parse }: GatewayHops) {
    this.#parts = {
      delivered: parse.part('delivered'),
      duplicate: parse.part('duplicate'),
      late: parse.part('late'),
      outOfWindow: parse.part('out-of-window'),
      badSequence: parse.part('bad-sequence'),
      givenUp: parse.part('given-up'),
    };
    this.#held = parse.part('held');
  }

  show(channels: readonly ChannelCounts[]): void {
    const sum = (of: (counts: ChannelCounts) => number): number =>
      channels.reduce((total, counts) => total + of(counts), 0);
    const parts = this.#parts;
    parts.delivered.set(sum(({ delivered }) => delivered));
    parts.duplicate.set(sum(({ duplicates }) => duplicates));
    parts.late.set(sum(({ late }) => late));
    parts.outOfWindow.set(sum(({ discarded }) => discarded.outOfWindow));
    parts.badSequence.set(sum(({ discarded }) => discarded.badSequence));
    parts.givenUp.set(sum(({ discarded }) => discarded.reset + discarded.killed));
    this.#held.set(sum(({ held }) => held));
  }
}
