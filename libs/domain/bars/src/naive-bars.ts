/**
 * A second, slow telling of what bars are, for the property test: bigints, arrays, everything
 * summed anew each time. Shares no code with the builder.
 */

export interface NaiveEvent {
  kind: 'trade' | 'cancel' | 'clock' | 'stream' | 'lost' | 'byClock';
  instrument: number;
  recvUs: number;
  eventUs: number;
  price: number;
  size: number;
  id: number;
  last: boolean;
  live: boolean;
  scope: 'ring' | 'instrument';
}

interface NaiveTrade {
  us: number;
  position: number;
  price: number;
  size: number;
  id: number;
}

interface NaiveBar {
  instrument: number;
  timeframe: number;
  startUs: number;
  open: boolean;
  dirty: boolean;
  revision: number;
  coverageE4: number;
  flags: number;
}

const FLAGS = { partial: 16, byClock: 32, noTrades: 64 };

export class NaiveBars {
  readonly out: string[] = [];
  readonly #timeframesUs: number[];
  readonly #graceUs: number;
  readonly #bars: NaiveBar[] = [];
  readonly #trades = new Map<number, NaiveTrade[]>();
  readonly #states: { us: number; ring?: boolean; instrument?: number; live: boolean }[] = [];
  readonly #lost: { fromUs: number; toUs: number }[] = [];
  #lossOpen = false;
  #watermarkUs = -Infinity;
  #unsettled: number | undefined;
  #position = -1;

  constructor(timeframesUs: number[], graceUs: number) {
    this.#timeframesUs = timeframesUs;
    this.#graceUs = graceUs;
  }

  apply(event: NaiveEvent): void {
    if (event.kind === 'lost') {
      this.#lossOpen = true;
      this.#lost.push({ fromUs: this.#watermarkUs, toUs: Infinity });
      return;
    }
    if (event.kind === 'byClock') {
      this.#settle();
      this.#close(event.recvUs, FLAGS.byClock);
      return;
    }
    this.#position += 1;
    const own = event.kind === 'clock' || event.scope === 'ring' ? undefined : event.instrument;
    if (this.#unsettled !== own) this.#settle();
    if (event.recvUs > this.#watermarkUs) {
      this.#watermarkUs = event.recvUs;
      if (this.#lossOpen) {
        for (const loss of this.#lost) loss.toUs = Math.min(loss.toUs, event.recvUs);
      }
      this.#lossOpen = false;
      this.#close(event.recvUs, 0);
    }
    if (event.kind === 'stream') {
      const which = event.scope === 'ring' ? { ring: true } : { instrument: event.instrument };
      this.#states.push({ us: this.#watermarkUs, ...which, live: event.live });
    } else if (event.kind === 'trade') this.#trade(event);
    else if (event.kind === 'cancel') this.#cancel(event);
    if ((event.kind === 'trade' || event.kind === 'cancel') && event.last) this.#settle();
    this.#close(this.#watermarkUs, 0);
  }

  drain(): void {
    this.#settle();
    this.#close(this.#watermarkUs, 0);
    this.#close(Infinity, 0);
  }

  #trade(event: NaiveEvent): void {
    const trades = this.#trades.get(event.instrument) ?? [];
    this.#trades.set(event.instrument, trades);
    const { price, size, id } = event;
    trades.push({ us: event.eventUs, position: this.#position, price, size, id });
    this.#touch(event.instrument, event.eventUs);
  }

  #cancel(event: NaiveEvent): void {
    const trades = this.#trades.get(event.instrument) ?? [];
    const at = trades.findLastIndex((trade) => trade.id === event.id);
    const [trade] = at < 0 ? [] : trades.splice(at, 1);
    if (trade !== undefined) this.#touch(event.instrument, trade.us);
  }

  #touch(instrument: number, us: number): void {
    for (const timeframe of this.#timeframesUs) {
      const startUs = us - (us % timeframe);
      const known = this.#bars.find(
        (bar) =>
          bar.instrument === instrument && bar.timeframe === timeframe && bar.startUs === startUs,
      );
      if (known === undefined) {
        const fresh = { open: true, dirty: false, revision: 0, coverageE4: 0, flags: 0 };
        this.#bars.push({ instrument, timeframe, startUs, ...fresh });
      } else if (!known.open) {
        known.dirty = true;
        this.#unsettled = instrument;
      }
    }
  }

  #close(limitUs: number, flags: number): void {
    const due = this.#bars
      .filter((bar) => bar.open && bar.startUs + bar.timeframe + this.#graceUs <= limitUs)
      .sort((a, b) => a.startUs + a.timeframe - (b.startUs + b.timeframe) || this.#order(a, b));
    for (const bar of due) {
      const endUs = bar.startUs + bar.timeframe;
      bar.open = false;
      bar.flags = limitUs === Infinity && endUs > this.#watermarkUs ? FLAGS.partial : flags;
      bar.coverageE4 = this.#coverage(bar);
      this.#emit(bar);
    }
  }

  #order(a: NaiveBar, b: NaiveBar): number {
    const place = (bar: NaiveBar): number => this.#timeframesUs.indexOf(bar.timeframe);
    return a.instrument - b.instrument || place(a) - place(b);
  }

  #settle(): void {
    const dirty = this.#bars
      .filter((bar) => bar.dirty && bar.instrument === this.#unsettled)
      .sort((a, b) => this.#order(a, b) || a.startUs - b.startUs);
    this.#unsettled = undefined;
    for (const bar of dirty) {
      bar.dirty = false;
      bar.revision += 1;
      this.#emit(bar);
    }
  }

  /** Sampled at every whole µs would be too slow: at every change of anything. */
  #coverage(bar: NaiveBar): number {
    const endUs = Math.min(bar.startUs + bar.timeframe, this.#watermarkUs);
    const cuts = [
      bar.startUs,
      endUs,
      ...this.#states.map((state) => state.us),
      ...this.#lost.flatMap((loss) => [loss.fromUs, loss.toUs]),
    ]
      .filter((us) => us >= bar.startUs && us <= endUs)
      .sort((a, b) => a - b);
    let liveUs = 0;
    for (let at = 0; at + 1 < cuts.length; at++) {
      const from = cuts[at] ?? 0;
      if (this.#isLive(bar.instrument, from)) liveUs += (cuts[at + 1] ?? 0) - from;
    }
    return Math.floor((liveUs * 10_000) / bar.timeframe);
  }

  #isLive(instrument: number, us: number): boolean {
    if (this.#lost.some((loss) => loss.fromUs <= us && us < loss.toUs)) return false;
    const said = this.#states.filter((state) => state.us <= us);
    const ring = said.findLast((state) => state.ring === true)?.live;
    const own = said.findLast((state) => state.instrument === instrument)?.live;
    const lastTrouble = said.findLastIndex((state) => state.ring === true && !state.live);
    const lastOwn = said.findLastIndex((state) => state.instrument === instrument);
    if (own === true && lastOwn > lastTrouble) return true;
    return ring !== false && own !== false && (ring === true || own === true);
  }

  #emit(bar: NaiveBar): void {
    const inside = (this.#trades.get(bar.instrument) ?? [])
      .filter((trade) => trade.us >= bar.startUs && trade.us < bar.startUs + bar.timeframe)
      .sort((a, b) => a.us - b.us || a.position - b.position);
    const prices = inside.map((trade) => trade.price);
    const before = this.#closeBefore(bar);
    const turnover = inside.reduce((sum, t) => sum + BigInt(t.price) * BigInt(t.size), 0n);
    this.out.push(
      JSON.stringify({
        instrument: bar.instrument,
        intervalUs: bar.timeframe,
        startUs: bar.startUs,
        ohlc:
          inside.length === 0
            ? [before, before, before, before]
            : [prices[0], Math.max(...prices), Math.min(...prices), prices.at(-1)],
        volume: inside.reduce((sum, trade) => sum + trade.size, 0),
        turnover: turnover.toString(),
        trades: inside.length,
        revision: bar.revision,
        coverageE4: bar.coverageE4,
        flags: bar.flags | (inside.length === 0 ? FLAGS.noTrades : 0),
      }),
    );
  }

  #closeBefore(bar: NaiveBar): number | null {
    const earlier = (this.#trades.get(bar.instrument) ?? [])
      .filter((trade) => trade.us < bar.startUs)
      .sort((a, b) => a.us - b.us || a.position - b.position);
    return earlier.at(-1)?.price ?? null;
  }
}
