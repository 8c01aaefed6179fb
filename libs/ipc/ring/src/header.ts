/** The header page: made once by `formatRing`, validated by every process that attaches. */
import { TICK_BYTES } from '@tickwire/core';
import { RingError } from './errors.ts';
import {
  CursorCell,
  ENDIAN_PROBE,
  HeaderOffset,
  NAME_BYTES,
  PAGE_BYTES,
  RING_LAYOUT_VERSION,
  RING_MAGIC,
  VENDOR_BYTES,
  planRing,
} from './layout.ts';
import type { RingGeometry, RingPlan } from './layout.ts';
import { readPaddedText, writePaddedText } from './padded-text.ts';
import type { RingId } from './ring-id.ts';

/** A live writer never waits; a paced one waits for its required readers. */
export const RingMode = { Live: 1, Paced: 2 } as const;
export type RingMode = (typeof RingMode)[keyof typeof RingMode];

/** `Closed`: orderly end. `Replaced`: the path now names another ring. */
export const RingState = { Open: 1, Closed: 2, Replaced: 3 } as const;
export type RingState = (typeof RingState)[keyof typeof RingState];

export interface RingIdentity {
  /** Random, not both words 0. */
  readonly ringId: RingId;
  /** `kucoin.0`; 1 … 64 bytes of UTF-8. */
  readonly name: string;
  /** `kucoin`; 1 … 16 bytes of UTF-8. */
  readonly vendor: string;
  readonly mode: RingMode;
  /** Partition `index` of `count`; 0 of 1 when not given. */
  readonly partition?: { readonly index: number; readonly count: number } | undefined;
  /** Position of the first tick, below 2^53; 0 when not given. Mirrors keep the source's. */
  readonly firstPosition?: number | undefined;
  /** ms since the Unix epoch, for display; 0 when not given. */
  readonly createdAtMs?: number | undefined;
}

export type RingFormat = RingGeometry & RingIdentity;

export interface RingHeader {
  readonly plan: RingPlan;
  readonly ringId: RingId;
  readonly name: string;
  readonly vendor: string;
  readonly mode: RingMode;
  readonly partition: { readonly index: number; readonly count: number };
  readonly firstPosition: number;
  readonly createdAtMs: number;
  /** The fields below are of the moment of reading. */
  readonly state: RingState;
  readonly epoch: number;
  readonly pid: number;
  readonly heartbeatNs: number;
}

/**
 * Makes an empty ring in zeroed memory of exactly `ringBytes(format)`; epoch 0 until a writer
 * attaches. The caller alone holds the memory: nobody else may see it before this returns.
 * @throws RingError `BAD_GEOMETRY`, `BAD_HEADER`, `TRUNCATED`: a bug of the caller.
 */
export function formatRing(buffer: ArrayBuffer, format: RingFormat): void {
  const plan = planRing(format);
  requireHostOrder();
  if (buffer.byteLength < plan.totalBytes) {
    throw truncated(buffer.byteLength, plan.totalBytes);
  }
  const view = new DataView(buffer);
  const bytes = new Uint8Array(buffer);
  writeGeometry(view, plan);
  view.setUint32(HeaderOffset.ringIdLo, format.ringId.lo, true);
  view.setUint32(HeaderOffset.ringIdHi, format.ringId.hi, true);
  const first = format.firstPosition ?? 0;
  view.setFloat64(HeaderOffset.firstPosition, first, true);
  view.setUint32(HeaderOffset.mode, format.mode, true);
  view.setUint16(HeaderOffset.partitionIndex, format.partition?.index ?? 0, true);
  view.setUint16(HeaderOffset.partitionCount, format.partition?.count ?? 1, true);
  view.setFloat64(HeaderOffset.createdAtMs, format.createdAtMs ?? 0, true);
  writePaddedText(bytes, format.name, nameField);
  writePaddedText(bytes, format.vendor, vendorField);
  view.setFloat64(PAGE_BYTES + CursorCell.claimed * 8, first, true);
  view.setFloat64(PAGE_BYTES + CursorCell.published * 8, first, true);
  view.setUint32(HeaderOffset.state, RingState.Open, true);
  for (let at = 0; at < RING_MAGIC.length; at++) view.setUint8(at, RING_MAGIC.charCodeAt(at));
  // What was written must be what a reader accepts: one place decides what is valid.
  readRingHeader(buffer);
}

/**
 * Says that there are `count` partitions now: for the ring's writer. Seen by who opens it next.
 * @throws RingError `BAD_HEADER` when the ring's own index is none of them.
 */
export function writePartitionCount(buffer: ArrayBuffer, count: number): void {
  const view = new DataView(buffer);
  const index = view.getUint16(HeaderOffset.partitionIndex, true);
  if (!Number.isInteger(count) || count <= index || count > 0xffff) {
    const where = { field: 'partitionCount', offset: HeaderOffset.partitionCount };
    throw new RingError('BAD_HEADER', `partition ${index} of ${count}`, where);
  }
  view.setUint16(HeaderOffset.partitionCount, count, true);
}

/**
 * Validates a header. Whatever the bytes are, this either returns a header whose sections lie
 * inside `buffer` or throws; it never reads outside.
 * @throws RingError `TRUNCATED`, `BAD_MAGIC`, `WRONG_ENDIAN`, `BAD_VERSION`, `BAD_GEOMETRY`,
 *   `BAD_HEADER`: do not attach.
 */
export function readRingHeader(buffer: ArrayBuffer): RingHeader {
  requireHostOrder();
  if (buffer.byteLength < 2 * PAGE_BYTES) throw truncated(buffer.byteLength, 2 * PAGE_BYTES);
  const view = new DataView(buffer);
  const bytes = new Uint8Array(buffer);
  for (let at = 0; at < RING_MAGIC.length; at++) {
    if (view.getUint8(at) !== RING_MAGIC.charCodeAt(at)) {
      throw new RingError('BAD_MAGIC', 'not a ring file', { field: 'magic', offset: 0 });
    }
  }
  const plan = readGeometry(view);
  if (buffer.byteLength < plan.totalBytes) throw truncated(buffer.byteLength, plan.totalBytes);
  const u32 = (field: HeaderField): number => view.getUint32(HeaderOffset[field], true);
  const f64 = (field: HeaderField): number => view.getFloat64(HeaderOffset[field], true);
  const ringId = { hi: u32('ringIdHi'), lo: u32('ringIdLo') };
  check('ringIdLo', ringId.hi !== 0 || ringId.lo !== 0, 'the ring id is 0');
  const name = readPaddedText(bytes, nameField);
  check('name', name !== '', 'the ring has no name');
  const vendor = readPaddedText(bytes, vendorField);
  check('vendor', vendor !== '', 'the ring has no vendor');
  const partition = {
    index: view.getUint16(HeaderOffset.partitionIndex, true),
    count: view.getUint16(HeaderOffset.partitionCount, true),
  };
  check('partitionIndex', partition.index < partition.count, 'partition index ≥ count');
  const firstPosition = f64('firstPosition');
  check('firstPosition', isPosition(firstPosition), `first position ${firstPosition}`);
  const createdAtMs = f64('createdAtMs');
  check('createdAtMs', Number.isFinite(createdAtMs), 'the time of creation is no number');
  return {
    plan,
    ringId,
    name,
    vendor,
    mode: oneOf('mode', u32('mode'), Object.values(RingMode)),
    partition,
    firstPosition,
    createdAtMs,
    state: oneOf('state', u32('state'), Object.values(RingState)),
    epoch: u32('epoch'),
    pid: u32('pid'),
    heartbeatNs: f64('heartbeatNs'),
  };
}

/** Whether `value` can be a position: an integer, 0 … 2^53 − 1. */
export function isPosition(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

type HeaderField = keyof typeof HeaderOffset;

const nameField = {
  field: 'name',
  offset: HeaderOffset.name,
  bytes: NAME_BYTES,
  code: 'BAD_HEADER',
} as const;
const vendorField = {
  field: 'vendor',
  offset: HeaderOffset.vendor,
  bytes: VENDOR_BYTES,
  code: 'BAD_HEADER',
} as const;

/** The stated sizes and offsets, in the file's order; all u32. */
function statedSizes(plan: RingPlan): readonly (readonly [HeaderField, number])[] {
  return [
    ['slotBytes', TICK_BYTES],
    ['slotCount', plan.slotCount],
    ['directoryCapacity', plan.directoryCapacity],
    ['resumeCapacity', plan.resumeCapacity],
    ['cursorsOffset', plan.cursorsOffset],
    ['directoryOffset', plan.directoryOffset],
    ['resumeOffset', plan.resumeOffset],
    ['slotsOffset', plan.slotsOffset],
  ];
}

function writeGeometry(view: DataView, plan: RingPlan): void {
  view.setUint32(HeaderOffset.layoutVersion, RING_LAYOUT_VERSION, true);
  view.setUint32(HeaderOffset.endianProbe, ENDIAN_PROBE, true);
  for (const [field, value] of statedSizes(plan)) {
    view.setUint32(HeaderOffset[field], value, true);
  }
  view.setFloat64(HeaderOffset.totalBytes, plan.totalBytes, true);
}

function readGeometry(view: DataView): RingPlan {
  const u32 = (field: HeaderField): number => view.getUint32(HeaderOffset[field], true);
  const probe = u32('endianProbe');
  if (probe !== ENDIAN_PROBE) {
    const code = probe === 0x0403_0201 ? 'WRONG_ENDIAN' : 'BAD_HEADER';
    throw new RingError(code, `byte order probe is 0x${probe.toString(16)}`, {
      field: 'endianProbe',
      offset: HeaderOffset.endianProbe,
    });
  }
  const version = u32('layoutVersion');
  if (version !== RING_LAYOUT_VERSION) {
    const message = `ring layout version ${version}, this program knows ${RING_LAYOUT_VERSION}`;
    throw new RingError('BAD_VERSION', message, {
      field: 'layoutVersion',
      offset: HeaderOffset.layoutVersion,
    });
  }
  const plan = planRing({
    slotCount: u32('slotCount'),
    directoryCapacity: u32('directoryCapacity'),
    resumeCapacity: u32('resumeCapacity'),
  });
  // The sizes decide the places; a file that states others was not written by this layout.
  for (const [field, expected] of statedSizes(plan)) geometry(field, u32(field), expected);
  const totalBytes = view.getFloat64(HeaderOffset.totalBytes, true);
  geometry('totalBytes', totalBytes, plan.totalBytes);
  return plan;
}

function geometry(field: HeaderField, actual: number, expected: number): void {
  if (actual === expected) return;
  const message = `${field} is ${actual}, its geometry gives ${expected}`;
  throw new RingError('BAD_GEOMETRY', message, { field, offset: HeaderOffset[field] });
}

function check(field: HeaderField, condition: boolean, message: string): void {
  if (!condition) {
    throw new RingError('BAD_HEADER', message, { field, offset: HeaderOffset[field] });
  }
}

function oneOf<T extends number>(field: HeaderField, value: number, known: readonly T[]): T {
  const found = known.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw new RingError('BAD_HEADER', `${field} ${value} is unknown`, {
    field,
    offset: HeaderOffset[field],
  });
}

function truncated(actual: number, expected: number): RingError {
  const message = `${actual} bytes, the ring needs ${expected}`;
  return new RingError('TRUNCATED', message, { field: 'totalBytes', offset: actual });
}

/** Cursors are read through typed arrays, which have the host's byte order. */
function requireHostOrder(): void {
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) {
    throw new RingError('WRONG_ENDIAN', 'rings need a little-endian host', {
      field: 'endianProbe',
    });
  }
}
