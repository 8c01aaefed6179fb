/** The hop `databento.recording`: records given to it, written, on their way, dropped. */
import { HopCounters } from '@tickwire/core';
import type { Counter, CounterTable } from '@tickwire/core';
import type { DbnRecorder } from '@tickwire/io-dbn-file';
import { VENDOR } from '@tickwire/venue-databento';
import type { RecordPlace } from '@tickwire/wire-dbn';
import { CountMirror } from './count-mirror.ts';

export class RecordingAccount {
  readonly #mirror = new CountMirror();
  readonly #recorder: DbnRecorder;
  readonly #in: Counter;
  readonly #inFlight: Counter;

  constructor(recorder: DbnRecorder, stats: CounterTable) {
    const hop = new HopCounters(stats, `${VENDOR}.recording`, 'message');
    const { counts } = recorder;
    this.#recorder = recorder;
    this.#in = hop.in;
    this.#inFlight = hop.inFlight;
    this.#mirror.add(hop.out, () => counts.written);
    this.#mirror.add(hop.dropped('queue-full'), () => counts.dropped.queueFull);
    this.#mirror.add(hop.dropped('failed'), () => counts.dropped.failed);
    this.#mirror.add(hop.dropped('closed'), () => counts.dropped.closed);
  }

  readonly keep = (record: RecordPlace): void => {
    this.#in.add(1);
    this.#recorder.write(record);
  };

  show(): void {
    this.#mirror.show();
    this.#inFlight.set(this.#recorder.counts.inFlight);
  }
}
