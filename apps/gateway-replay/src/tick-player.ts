/**
 * Recorded ticks back into a ring: their bytes as they are, but for the instrument, which is an
 * index of the ring they came from and becomes one of this ring, and the REPLAYED flag.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { HopCounters, INSTRUMENT_ALL, SUPERSEDES_NONE, TICK_BYTES } from '@tickwire/core';
import type { CounterTable, DirectoryEntry } from '@tickwire/core';
import { readTickCapture } from '@tickwire/io-capture';
import type { CaptureError, TickRun } from '@tickwire/io-capture';
import type { RingProducer } from '@tickwire/io-rings';
import { TickFlag, TickView } from '@tickwire/wire-tick';
import type { PacedOutput } from './paced-output.ts';
import type { Pacer } from './pacer.ts';
import type { Player } from './player.ts';
import type { ProblemReport } from './problem-report.ts';

export interface TickPlayerOptions {
  sources: readonly string[];
  ring: RingProducer;
  stats: CounterTable;
  output: PacedOutput;
  pacer: Pacer;
  problems: ProblemReport;
}

export class TickPlayer implements Player {
  readonly #options: TickPlayerOptions;
  readonly #hop: HopCounters;
  /** Index in this ring by `<ring id>/<index>` of the recorded one. */
  readonly #indexes = new Map<string, number>();
  readonly #tick = new TickView();
  readonly #recv = { hi: 0, lo: 0 };

  constructor(options: TickPlayerOptions) {
    this.#options = options;
    this.#hop = new HopCounters(options.stats, 'file.ticks', 'tick');
  }

  async play(signal: AbortSignal): Promise<void> {
    const { problems, sources } = this.#options;
    const damaged = this.#options.stats.counter('count/file.damaged');
    const onProblem = (problem: CaptureError): void => {
      damaged.add(1);
      problems.tell('capture', problem);
    };
    const read = this.#hop.in;
    for await (const record of readTickCapture(sources, onProblem)) {
      if (record.kind === 'directory') {
        for (const entry of record.entries) this.#define(ringOf(record), entry);
        continue;
      }
      read.add(record.count);
      await this.#playRun(record, signal);
      await turn();
      signal.throwIfAborted();
    }
  }

  close(): void {
    // The recorded ticks hold their own end.
  }

  async #playRun(run: TickRun, signal: AbortSignal): Promise<void> {
    const { output, pacer } = this.#options;
    const bytes = run.bytes.slice();
    const view = new DataView(bytes.buffer);
    let good = 0; // ticks [from, good) are ready to go
    let from = 0;
    const send = async (): Promise<void> => {
      if (good > from) output.offer(bytes.subarray(from * TICK_BYTES), good - from);
      from = good;
      if (output.isBlocked) await output.drain(signal);
    };
    for (let index = 0; index < run.count; index++) {
      const tick = this.#tick.wrap(view, index * TICK_BYTES);
      this.#recv.hi = tick.tsRecvHi;
      this.#recv.lo = tick.tsRecvLo;
      if (!this.#adopt(tick, ringOf(run))) {
        await send();
        from = good = index + 1;
        continue;
      }
      if (pacer.waitMs(this.#recv) > 0) {
        await send();
        await pacer.hold(this.#recv, signal);
      }
      good = index + 1;
    }
    await send();
  }

  /** Makes the tick one of this ring; false when nobody said what its instrument is. */
  #adopt(tick: TickView, ring: string): boolean {
    if (tick.instrument !== INSTRUMENT_ALL) {
      const index = this.#indexes.get(`${ring}/${tick.instrument}`);
      if (index === undefined) {
        this.#hop.dropped('UNKNOWN_INSTRUMENT').add(1);
        return false;
      }
      tick.instrument = index;
    }
    tick.flags |= TickFlag.Replayed;
    return true;
  }

  #define(ring: string, entry: DirectoryEntry): void {
    const key = `${ring}/${entry.index}`;
    if (this.#indexes.has(key)) return; // journals repeat the directory in each segment
    const older = this.#indexes.get(`${ring}/${entry.supersedes}`);
    const supersedes = entry.supersedes === SUPERSEDES_NONE ? SUPERSEDES_NONE : older;
    const index = this.#options.ring.append({
      ...entry,
      supersedes: supersedes ?? SUPERSEDES_NONE,
    });
    if (index >= 0) this.#indexes.set(key, index);
  }
}

const ringOf = (run: { ringIdHi: number; ringIdLo: number }): string =>
  `${run.ringIdHi}-${run.ringIdLo}`;
