/** A gateway's stand-in: writes ticks that carry their own position as `sequence`. */
import { ABSENT, AssetClass, SUPERSEDES_NONE, TICK_BYTES, TextForm } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { PublishResult, createRing } from '@tickwire/io-rings';
import type { CreateRingOptions, RingProducer } from '@tickwire/io-rings';
import { Action, Side, TickKind, TickView } from '@tickwire/wire-tick';

const BATCH_TICKS_MAX = 256;

export class TestWriter {
  readonly ring: RingProducer;
  readonly #bytes = new Uint8Array(BATCH_TICKS_MAX * TICK_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #tick = new TickView();
  readonly #stamp: StampNs = { hi: 0, lo: 0 };

  constructor(options: Partial<CreateRingOptions> & { dir: string }) {
    this.ring = createRing({ name: 'kucoin.0', vendor: 'kucoin', ...options });
    if (this.ring.directory.count > 1) return;
    for (const symbol of ['BTC-USDT', 'ETH-USDT']) {
      this.ring.append({
        vendor: 'kucoin',
        venue: 'KUCOIN',
        symbol,
        canonicalSymbol: symbol.replace('-', '/'),
        assetClass: AssetClass.Spot,
        currency: 'USDT',
        priceExp: -2,
        sizeExp: -8,
        markExp: -2,
        textForm: TextForm.Stripped,
        tickSize: 1,
        lotSize: ABSENT,
        multiplierE9: ABSENT,
        expirySec: ABSENT,
        supersedes: SUPERSEDES_NONE,
      });
    }
  }

  /** Publishes `count` ticks, as one batch each 256. */
  write(count: number): void {
    for (let left = count; left > 0;) {
      const batch = Math.min(left, BATCH_TICKS_MAX);
      this.#fill(batch);
      this.ring.publish(this.#bytes, batch);
      left -= batch;
    }
  }

  /** As `write`, into a paced ring: waits for its required readers. */
  async writePaced(count: number): Promise<void> {
    for (let left = count; left > 0;) {
      const batch = Math.min(left, BATCH_TICKS_MAX);
      this.#fill(batch);
      while (this.ring.publish(this.#bytes, batch) === PublishResult.Full) {
        await this.ring.waitForRoom();
      }
      left -= batch;
    }
  }

  #fill(batch: number): void {
    const { clock, position } = this.ring;
    clock.wallNs(clock.monotonicNs(), this.#stamp);
    for (let at = 0; at < batch; at++) {
      const tick = this.#tick.wrap(this.#view, at * TICK_BYTES).begin(TickKind.Trade);
      tick.setTsRecv(this.#stamp.hi, this.#stamp.lo);
      tick.setTsEvent(this.#stamp.hi, this.#stamp.lo);
      tick.instrument = 1 + (at & 1);
      tick.sequence = (position + at) >>> 0;
      tick.setSideAction(Side.Bid, Action.Trade);
      tick.price = 5_600_000 + (at % 100);
      tick.size = 1 + at;
    }
  }
}
