import { ARBITER_CELLS } from './arbiter-counts.ts';
import { ArbitrationError, inRange, wholeInRange } from './errors.ts';

export interface ArbiterOptions {
  /** When listening began, monotonic ns. */
  readonly startNs: number;
  /** The sequence to begin with. Default: that of the first packet or heartbeat. */
  readonly firstSequence?: number;
  /** What comes behind 2^32 − 1; at 1 there is no 0. Default 1. */
  readonly wrapTo?: 0 | 1;
  /** Packets that may wait behind holes, 1 … 65,536. Default 64. */
  readonly windowPackets?: number;
  /**
   * A larger packet cannot wait: holes before it are given up. 1 … 65,536, default 2,048. The
   * window has `windowPackets` × `packetBytesMax` bytes.
   */
  readonly packetBytesMax?: number;
  /** A hole is given up when it was open for so long, 0 … 60,000 ms. Default 10. */
  readonly holeMs?: number;
  /**
   * A hole is given up when both legs brought a sequence so far behind its last one: 1 when a leg
   * keeps its order, n + 1 when a packet may be overtaken by n on its leg, 0: never. Default 8.
   */
  readonly bothPassedBy?: number;
  /**
   * Sequences farther from the next one, forward or back, are out of the window. A power of two,
   * 64 … 16,777,216, a byte each. Default 65,536.
   */
  readonly reach?: number;
  /** At most so long between two packets or heartbeats of a leg, ms. Default: not known. */
  readonly heartbeatMs?: number;
  /** Added to `heartbeatMs` before a leg is called silent, ms. Default a tenth of it. */
  readonly heartbeatGraceMs?: number;
  /** Memory of the counters, `ARBITER_CELLS`, when others read them too. */
  readonly cells?: Float64Array;
}

export interface ResetOptions {
  readonly nowNs: number;
  /**
   * What becomes of packets that are held. `deliver`: they are delivered, each hole before them is
   * a gap. `discard`: they are counted as discarded, and are in the gap with the holes.
   */
  readonly held: 'deliver' | 'discard';
}

const MS_MAX = 86_400_000;
const WINDOW_BYTES_MAX = 2 ** 30;
const NS_PER_MS = 1e6;

/** The options, checked, with times in ns. */
export interface ArbiterLimits {
  readonly window: { readonly packetsMax: number; readonly packetBytesMax: number };
  readonly wrapTo: 0 | 1;
  readonly holeNs: number;
  readonly bothPassedBy: number;
  readonly reach: number;
  readonly silentNs: number;
  readonly startNs: number;
  readonly cells: Float64Array;
}

/** @throws ArbitrationError `BAD_OPTION` naming the option. */
export function limitsOf(options: ArbiterOptions): ArbiterLimits {
  const { wrapTo = 1, reach = 65_536, cells = new Float64Array(ARBITER_CELLS) } = options;
  wholeInRange('wrapTo', wrapTo, { min: 0, max: 1 });
  wholeInRange('reach', reach, { min: 64, max: 2 ** 24 });
  if ((reach & (reach - 1)) !== 0) bad(`reach: ${reach} is not a power of two`);
  if (cells.length !== ARBITER_CELLS) {
    bad(`cells: ${cells.length} cells, not ${ARBITER_CELLS}`);
  }
  const holeMs = inRange('holeMs', options.holeMs ?? 10, { min: 0, max: 60_000 });
  return {
    window: windowOf(options),
    wrapTo,
    holeNs: holeMs * NS_PER_MS,
    bothPassedBy: wholeInRange('bothPassedBy', options.bothPassedBy ?? 8, { min: 0, max: reach }),
    reach,
    silentNs: silentNsOf(options),
    startNs: options.startNs,
    cells,
  };
}

function windowOf(options: ArbiterOptions): ArbiterLimits['window'] {
  const range = { min: 1, max: 65_536 };
  const packetsMax = wholeInRange('windowPackets', options.windowPackets ?? 64, range);
  const packetBytesMax = wholeInRange('packetBytesMax', options.packetBytesMax ?? 2_048, range);
  if (packetsMax * packetBytesMax > WINDOW_BYTES_MAX) {
    bad(`windowPackets × packetBytesMax: more than ${WINDOW_BYTES_MAX} bytes`);
  }
  return { packetsMax, packetBytesMax };
}

function silentNsOf({ heartbeatMs, heartbeatGraceMs }: ArbiterOptions): number {
  if (heartbeatMs === undefined) return Infinity;
  inRange('heartbeatMs', heartbeatMs, { min: 1, max: MS_MAX });
  const graceMs = heartbeatGraceMs ?? heartbeatMs / 10;
  inRange('heartbeatGraceMs', graceMs, { min: 0, max: MS_MAX });
  return (heartbeatMs + graceMs) * NS_PER_MS;
}

function bad(message: string): never {
  throw new ArbitrationError('BAD_OPTION', message);
}
