import type { ArbiterSink } from './arbiter-sink.ts';
import { LEGS } from './leg-packet.ts';
import type { Leg } from './leg-packet.ts';

const State = { Unheard: 0, Live: 1, Silent: 2 } as const;

/** Says which legs bring something, each change once. */
export class LegLiveness {
  readonly #sink: ArbiterSink;
  readonly #silentNs: number;
  /** When each leg would be silent; `Infinity` when it is, or when none ever is. */
  readonly #duesNs: Float64Array;
  readonly #states = new Uint8Array(LEGS).fill(State.Unheard);

  /**
   * @param silentNs - A leg is silent when it brought nothing for so long; `Infinity`: never.
   * @param startNs - When listening began: a leg that never brings anything is silent from here.
   */
  constructor(sink: ArbiterSink, { silentNs, startNs }: { silentNs: number; startNs: number }) {
    this.#sink = sink;
    this.#silentNs = silentNs;
    this.#duesNs = new Float64Array(LEGS).fill(startNs + silentNs);
  }

  heard(leg: Leg, recvNs: number): void {
    const dueNs = recvNs + this.#silentNs;
    if (this.#states[leg] === State.Live) {
      if (dueNs > this.#duesNs[leg]!) this.#duesNs[leg] = dueNs;
      return;
    }
    this.#states[leg] = State.Live;
    this.#duesNs[leg] = dueNs;
    this.#sink.live(leg);
  }

  /** When the next leg would be silent; `Infinity` when all are. */
  get dueNs(): number {
    const a = this.#duesNs[0]!;
    const b = this.#duesNs[1]!;
    return a < b ? a : b;
  }

  poll(nowNs: number): void {
    if (nowNs < this.dueNs) return;
    for (let leg = 0; leg < LEGS; leg++) {
      if (nowNs < this.#duesNs[leg]!) continue;
      this.#states[leg] = State.Silent;
      this.#duesNs[leg] = Infinity;
      this.#sink.legSilent(leg as Leg);
    }
    if (this.#states.every((state) => state === State.Silent)) this.#sink.channelSilent();
  }
}
