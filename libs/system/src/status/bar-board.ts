/** The newest closed bar of each symbol and interval, from the bar ring. */
import { TickKind, TickView, describeTick } from '@tickwire/wire-tick';
import type { RingReader } from '@tickwire/ipc-ring';

export interface BarView {
  readonly symbol: string;
  readonly intervalMs: number;
  /** ms since the Unix epoch. */
  readonly startMs: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly trades: number;
  /** Share of the interval in which the feed was live, 0 … 1. */
  readonly coverage: number;
}

/** Symbols kept: beyond them the oldest bar makes room. */
const BARS_MAX = 4_096;
const RUNS_PER_LOOK_MAX = 512;

export class BarBoard {
  readonly #bars = new Map<string, BarView>();
  readonly #view = new TickView();
  /** A bar is two ticks: the prices wait here for their volume. */
  readonly #prices = new Map<number, Pick<BarView, 'open' | 'high' | 'low' | 'close'>>();
  #closed = 0;

  /** Bars seen in all. */
  get closed(): number {
    return this.#closed;
  }

  /** Takes what is new in the bar ring. */
  take(reader: RingReader): void {
    for (let runs = 0; runs < RUNS_PER_LOOK_MAX && reader.poll() > 0; runs++) {
      for (let at = 0; at < reader.count; at++) this.#takeTick(reader, at * 64);
    }
  }

  /** The newest first. */
  newest(count: number): BarView[] {
    return [...this.#bars.values()]
      .sort((a, b) => b.startMs - a.startMs || a.symbol.localeCompare(b.symbol))
      .slice(0, count);
  }

  #takeTick(reader: RingReader, offset: number): void {
    const tick = this.#view.wrap(reader.view, offset);
    if (tick.kind !== TickKind.BarPrice && tick.kind !== TickKind.BarVolume) return;
    const entry = reader.directory.get(tick.instrument);
    const { instrument } = tick;
    const json = describeTick(tick, entry);
    const text = (name: string): string => String(json[name] ?? '');
    if (tick.kind === TickKind.BarPrice) {
      const [open, high, low, close] = [text('open'), text('high'), text('low'), text('close')];
      this.#prices.set(instrument, { open, high, low, close });
      return;
    }
    const prices = this.#prices.get(instrument);
    this.#prices.delete(instrument);
    if (prices === undefined) return;
    this.#closed++;
    this.#keep({
      symbol: entry?.symbol ?? `#${instrument}`,
      intervalMs: tick.intervalMs,
      startMs: Number(BigInt(text('tsEvent') || '0') / 1_000_000n),
      ...prices,
      volume: text('volume'),
      trades: tick.trades,
      coverage: tick.coverageE4 / 1e4,
    });
  }

  #keep(bar: BarView): void {
    const key = `${bar.intervalMs}/${bar.symbol}`;
    this.#bars.delete(key); // so that the map stays in the order of arrival
    this.#bars.set(key, bar);
    if (this.#bars.size > BARS_MAX) {
      const oldest = this.#bars.keys().next().value;
      if (oldest !== undefined) this.#bars.delete(oldest);
    }
  }
}
