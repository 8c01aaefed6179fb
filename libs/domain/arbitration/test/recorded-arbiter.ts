// An arbiter whose calls are short and whose sink writes down what it is told, one text a call.
import { LegArbiter } from '../src/index.ts';
import type {
  ArbiterOptions,
  ArbiterSink,
  Gap,
  Leg,
  LegPacket,
  ResetOptions,
  Verdict,
} from '../src/index.ts';

const MS = 1e6;
const LEG_NAMES = ['A', 'B'] as const;
type LegName = (typeof LEG_NAMES)[number];

/** Four bytes that say the sequence, somewhere in a larger array. */
function bytesOf(sequence: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length + 2).fill(0xee);
  new DataView(bytes.buffer).setUint32(1, sequence, true);
  return bytes;
}

export class RecordedArbiter implements ArbiterSink {
  readonly arbiter: LegArbiter;
  readonly gaps: Gap[] = [];
  readonly delivered: LegPacket[] = [];
  /** Called inside of `deliver`, when a test wants to. */
  onDeliver: (sequence: number) => void = () => undefined;
  nowMs = 0;
  #told: string[] = [];

  constructor(options: Partial<ArbiterOptions> = {}) {
    this.arbiter = new LegArbiter({ startNs: 0, firstSequence: 1, ...options }, this);
  }

  /** What the sink was told since the last look; `live` only on request. */
  told({ live = false } = {}): string[] {
    const told = this.#told.filter((text) => live || !text.startsWith('live'));
    this.#told = [];
    return told;
  }

  a(...sequences: number[]): Verdict | undefined {
    return this.#receive(0, sequences);
  }

  b(...sequences: number[]): Verdict | undefined {
    return this.#receive(1, sequences);
  }

  /** A packet of `length` bytes. */
  sized(leg: LegName, sequence: number, length: number): Verdict {
    return this.#receiveOne(LEG_NAMES.indexOf(leg) as Leg, sequence, length);
  }

  heartbeat(leg: LegName, sequence: number): boolean {
    const recvNs = this.nowMs * MS;
    return this.arbiter.heartbeat({ leg: LEG_NAMES.indexOf(leg) as Leg, sequence, recvNs });
  }

  at(nowMs: number): this {
    this.nowMs = nowMs;
    this.arbiter.poll(nowMs * MS);
    return this;
  }

  get dueMs(): number {
    return this.arbiter.nextDueNs / MS;
  }

  reset(sequence: number | undefined, held: ResetOptions['held']): void {
    this.arbiter.reset(sequence, { nowNs: this.nowMs * MS, held });
  }

  /** received − (delivered + duplicates + late + discarded + held): 0, always. */
  get unaccounted(): number {
    const { legs, delivered, duplicates, late, discarded, held } = this.arbiter.counts;
    const { outOfWindow, badSequence, reset, killed } = discarded;
    const accounted = delivered + duplicates + late + outOfWindow + badSequence + reset + killed;
    return legs[0].received + legs[1].received - accounted - held;
  }

  #receive(leg: Leg, sequences: readonly number[]): Verdict | undefined {
    let verdict: Verdict | undefined;
    for (const sequence of sequences) verdict = this.#receiveOne(leg, sequence, 4);
    return verdict;
  }

  #receiveOne(leg: Leg, sequence: number, length: number): Verdict {
    const bytes = bytesOf(sequence, length);
    const recvWall = { hi: 7, lo: sequence };
    const recvNs = this.nowMs * MS;
    const packet = { leg, sequence, bytes, start: 1, end: 1 + length, recvNs, recvWall };
    const verdict = this.arbiter.receive(packet);
    bytes.fill(0); // the next datagram is read into the same memory
    recvWall.lo = 0;
    return verdict;
  }

  deliver(packet: Readonly<LegPacket>): void {
    this.#told.push(`${packet.sequence}${this.#legOf(packet)}`);
    this.delivered.push({ ...packet, recvWall: { ...packet.recvWall } });
    this.onDeliver(packet.sequence);
  }

  gap(gap: Gap): void {
    this.gaps.push(gap);
    this.#told.push(`gap ${gap.first} x${gap.count} ${gap.cause}`);
  }

  late(packet: Readonly<LegPacket>): void {
    this.#told.push(`late ${packet.sequence}${this.#legOf(packet)}`);
  }

  legSilent(leg: Leg): void {
    this.#told.push(`silent ${LEG_NAMES[leg]}`);
  }

  channelSilent(): void {
    this.#told.push('channel silent');
  }

  live(leg: Leg): void {
    this.#told.push(`live ${LEG_NAMES[leg]}`);
  }

  /** Refuses a packet whose bytes are not its own. */
  #legOf({ leg, sequence, bytes, start, recvWall }: Readonly<LegPacket>): LegName {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    if (view.getUint32(start, true) !== sequence || recvWall.lo !== sequence) {
      throw new Error(`other bytes than those of ${sequence}`);
    }
    return LEG_NAMES[leg];
  }
}
