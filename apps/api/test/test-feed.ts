/** A vendor's ring for tests: two instruments, written tick by tick with stamps of now. */
import { ABSENT, AssetClass, INSTRUMENT_ALL, SUPERSEDES_NONE, TextForm } from '@tickwire/core';
import { StreamReason, StreamScope } from '@tickwire/core';
import type { StreamState } from '@tickwire/core';
import { createRing } from '@tickwire/io-rings';
import type { RingProducer } from '@tickwire/io-rings';
import { Action, Side, TickBatch, TickFlag, TickKind } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';

export interface TestFeedOptions {
  readonly dir: string;
  readonly name?: string;
  readonly vendor?: string;
  readonly slotCount?: number;
  readonly symbols?: readonly string[];
}

export class TestFeed {
  readonly ring: RingProducer;
  readonly #batch = new TickBatch(256);
  #sequence = 0;

  constructor(options: TestFeedOptions) {
    const { dir, name = 'test.0', vendor = 'test', slotCount = 4_096 } = options;
    this.ring = createRing({ dir, name, vendor, slotCount, directoryCapacity: 64 });
    for (const symbol of options.symbols ?? ['AAA-USD', 'BBB-USD']) {
      this.ring.append({
        ...{ vendor, venue: 'TEST', symbol, canonicalSymbol: '', currency: 'USD' },
        ...{ assetClass: AssetClass.Spot, textForm: TextForm.Stripped },
        ...{ priceExp: -2, sizeExp: -3, markExp: 0, supersedes: SUPERSEDES_NONE },
        ...{ tickSize: ABSENT, lotSize: ABSENT, multiplierE9: ABSENT, expirySec: ABSENT },
      });
    }
  }

  /** Price in cents, size in thousandths. */
  trade(instrument: number, price: number, size = 1_000): this {
    const tick = this.#add(TickKind.Trade, instrument);
    tick.setSideAction(Side.Bid, Action.Trade);
    tick.price = price;
    tick.size = size;
    return this;
  }

  quote(instrument: number, bid: number, ask: number): this {
    const tick = this.#add(TickKind.Quote, instrument);
    tick.bidPrice = bid;
    tick.askPrice = ask;
    tick.bidSize = 1_000;
    tick.askSize = 2_000;
    return this;
  }

  state(instrument: number | 'all', state: StreamState): this {
    const tick = this.#add(TickKind.Stream, instrument === 'all' ? INSTRUMENT_ALL : instrument);
    tick.setFromTs(0xffff_ffff, 0xffff_ffff);
    const scope = instrument === 'all' ? StreamScope.Ring : StreamScope.Instrument;
    tick.setStream({ state, previousState: 0, reason: StreamReason.Started, scope });
    return this;
  }

  publish(): this {
    this.ring.publish(this.#batch.bytes, this.#batch.count);
    this.#batch.clear();
    return this;
  }

  #add(kind: TickKind, instrument: number): TickView {
    if (this.#batch.room === 0) this.publish();
    const tick = this.#batch.add(kind);
    tick.instrument = instrument;
    tick.sequence = ++this.#sequence;
    tick.flags = TickFlag.Last | TickFlag.Simulated;
    const ns = BigInt(Date.now()) * 1_000_000n;
    const [hi, lo] = [Number(ns >> 32n), Number(ns & 0xffff_ffffn)];
    tick.setTsRecv(hi, lo);
    tick.setTsEvent(hi, lo);
    return tick;
  }
}
