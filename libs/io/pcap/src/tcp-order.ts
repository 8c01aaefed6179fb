// Which bytes of a TCP segment come next in its direction of a connection. Nothing is kept to be
// put in order later: a segment that comes too early is given, and what it left out is given up.

/** Directions of connections that are remembered; the oldest is forgotten for a new one. */
export const TCP_FLOWS_MAX = 4096;

export interface TcpCounts {
  /** Segments that began behind what was expected: bytes between are missing, or come late. */
  tcpGaps: number;
  /** Segments of which nothing was new: sent again, or too late. They are not given. */
  tcpOld: number;
  /** Directions that were forgotten, and begin anew when they go on. */
  tcpFlowsForgotten: number;
}

export interface TcpSegment {
  /** Names one direction of a connection. */
  readonly flow: string;
  readonly sequence: number;
  readonly bytes: number;
  readonly isFirst: boolean;
}

export class TcpOrder {
  readonly #counts: TcpCounts;
  readonly #expected = new Map<string, number>();

  constructor(counts: TcpCounts) {
    this.#counts = counts;
  }

  /** @returns how many bytes at the start of the segment are not new: of an old one all. */
  skip({ flow, sequence, bytes, isFirst }: TcpSegment): number {
    const expected = isFirst ? undefined : this.#expected.get(flow);
    // A SYN takes one place in the numbering.
    const start = isFirst ? sequence + 1 : sequence;
    const end = (start + bytes) >>> 0;
    if (expected === undefined) {
      this.#remember(flow, end);
      return 0;
    }
    // An end of the connection takes a place in the numbering, too: what is empty says nothing.
    if (bytes === 0) return 0;
    const ahead = (sequence - expected) | 0;
    if (ahead + bytes <= 0) {
      this.#counts.tcpOld += 1;
      return bytes;
    }
    if (ahead > 0) this.#counts.tcpGaps += 1;
    this.#expected.set(flow, end);
    return Math.max(0, -ahead);
  }

  #remember(flow: string, end: number): void {
    if (this.#expected.size >= TCP_FLOWS_MAX && !this.#expected.has(flow)) {
      const [oldest] = this.#expected.keys();
      this.#expected.delete(oldest!);
      this.#counts.tcpFlowsForgotten += 1;
    }
    this.#expected.set(flow, end);
  }
}
