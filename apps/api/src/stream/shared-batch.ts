/** What one topic gives at one moment: encoded once, one buffer for all its clients. */

/** One tick, bar, change or status: the unit of a delivery. */
export interface StreamItem {
  /** JSON. */
  readonly text: string;
  /**
   * What a newer item of the same key replaces without loss of state: a quote of an instrument, a
   * level of its book. Undefined for what happened once: a trade, a change of state, a bar.
   */
  readonly stateKey: string | undefined;
}

/** Kinds of data messages, named as their channels. */
export type Channel = 'ticks' | 'bars' | 'streams' | 'services';

export class SharedBatch {
  readonly channel: Channel;
  readonly items: readonly StreamItem[];
  /** The items as a JSON array, and the brace that ends the message around it. */
  readonly body: Buffer;

  constructor(channel: Channel, items: readonly StreamItem[]) {
    this.channel = channel;
    this.items = items;
    this.body = Buffer.from(`[${items.map((item) => item.text).join(',')}]}`);
  }

  get count(): number {
    return this.items.length;
  }
}
