/** What both sides of the presets' benchmark share. */
import { TICK_BYTES } from '@tickwire/core';
import { Action, Side, TickFlag, TickKind, TickView } from '@tickwire/wire-tick';

export interface PresetSideOptions {
  readonly dir: string;
  readonly name: string;
  /** Full speed through a paced ring, or a fixed rate through a live one. */
  readonly mode: 'throughput' | 'latency';
  /** `rings.slots` and `rings.directoryEntries` of the preset. */
  readonly slots: number;
  readonly directoryEntries: number;
  /** `aggregator.runTicks` and `aggregator.waiting`. */
  readonly runTicks: number;
  readonly waiting: 'spin' | 'yield';
  /** Ticks a second of a latency run. */
  readonly rate: number;
  readonly warmupTicks: number;
  readonly ticks: number;
}

export interface WriterFigures {
  /** CLOCK_MONOTONIC ns. */
  readonly startedNs: number;
}

export interface ReaderFigures {
  readonly endedNs: number;
  readonly ticks: number;
  readonly lost: number;
  /** Ticks that did not follow the one before. */
  readonly disorder: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
}

/** Instruments of the ticks, interleaved. */
export const INSTRUMENT_COUNT = 512;
/** Ticks of a frame of the vendor: one publication. */
export const FRAME_TICKS = 16;
/** Ticks prepared beforehand; a power of two. */
export const PREPARED_TICKS = 65_536;

/** Quotes and trades of interleaved instruments, `sequence` counting up. */
export function prepareTicks(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(PREPARED_TICKS * TICK_BYTES);
  const view = new DataView(bytes.buffer);
  const tick = new TickView();
  for (let index = 0; index < PREPARED_TICKS; index++) {
    const trade = index % 4 === 3;
    tick.wrap(view, index * TICK_BYTES).begin(trade ? TickKind.Trade : TickKind.Quote);
    tick.instrument = 1 + ((index * 7) % INSTRUMENT_COUNT);
    tick.sequence = index;
    tick.flags = TickFlag.Last;
    const price = 1_000_000 + ((index * 31) % 1_000);
    if (trade) {
      tick.price = price;
      tick.size = 1 + (index % 97);
      tick.setSideAction(index % 8 === 3 ? Side.Bid : Side.Ask, Action.Trade);
    } else {
      tick.bidPrice = price;
      tick.askPrice = price + 1;
      tick.bidSize = 1 + (index % 89);
      tick.askSize = 1 + (index % 83);
    }
  }
  return bytes;
}

/** One line of JSON on standard output. */
export function printFigures(figures: WriterFigures | ReaderFigures): void {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}
