// Goal: no damaged header is mistaken for a sound one. Method: every field of the layout is in the
// table, with a wrong value and the code that it must give, or with the reason why any value will
// do; a field that is added without a line here fails.
import { describe, expect, test } from 'vitest';
import { HeaderOffset, PAGE_BYTES } from './layout.ts';
import { RingError } from './errors.ts';
import type { RingErrorCode } from './errors.ts';
import { formatRing, readRingHeader, RingMode } from './header.ts';
import { ringBytes } from './layout.ts';

type Field = keyof typeof HeaderOffset;
type Damage = readonly [
  what: string,
  code: RingErrorCode,
  apply: (view: DataView, at: number) => void,
  namedField?: Field,
];

const word = (value: number) => (view: DataView, at: number) => view.setUint32(at, value, true);
const half = (value: number) => (view: DataView, at: number) => view.setUint16(at, value, true);
const double = (value: number) => (view: DataView, at: number) => view.setFloat64(at, value, true);
const zeros = (bytes: number) => (view: DataView, at: number) =>
  new Uint8Array(view.buffer).fill(0, at, at + bytes);

const DAMAGED: readonly (readonly [Field, ...Damage])[] = [
  ['magic', 'another first byte', 'BAD_MAGIC', (view, at) => view.setUint8(at, 0x58)],
  ['magic', 'another last byte', 'BAD_MAGIC', (view, at) => view.setUint8(at + 7, 0x58)],
  ['layoutVersion', '0', 'BAD_VERSION', word(0)],
  ['layoutVersion', 'a later one', 'BAD_VERSION', word(2)],
  ['endianProbe', 'another byte order', 'WRONG_ENDIAN', word(0x0403_0201)],
  ['endianProbe', '0', 'BAD_HEADER', word(0)],
  ['slotBytes', '128', 'BAD_GEOMETRY', word(128)],
  ['slotCount', '0', 'BAD_GEOMETRY', word(0)],
  ['slotCount', 'no power of two', 'BAD_GEOMETRY', word(24)],
  ['slotCount', 'more than there can be', 'BAD_GEOMETRY', word(2 ** 27)],
  ['slotCount', 'twice as many', 'BAD_GEOMETRY', word(32), 'totalBytes'],
  ['directoryCapacity', '0', 'BAD_GEOMETRY', word(0)],
  ['directoryCapacity', 'more than there can be', 'BAD_GEOMETRY', word(65_537)],
  ['directoryCapacity', 'all ones', 'BAD_GEOMETRY', word(0xffff_ffff)],
  ['resumeCapacity', '0', 'BAD_GEOMETRY', word(0)],
  ['resumeCapacity', 'all ones', 'BAD_GEOMETRY', word(0xffff_ffff)],
  ['cursorsOffset', '0', 'BAD_GEOMETRY', word(0)],
  ['directoryOffset', 'into the cursors', 'BAD_GEOMETRY', word(4_160)],
  ['resumeOffset', 'beyond the end', 'BAD_GEOMETRY', word(0xffff_f000)],
  ['slotsOffset', 'into the directory', 'BAD_GEOMETRY', word(8_192)],
  ['totalBytes', 'one less', 'BAD_GEOMETRY', (view, at) => double(view.byteLength - 1)(view, at)],
  ['totalBytes', 'NaN', 'BAD_GEOMETRY', double(Number.NaN)],
  ['ringIdLo', '0 with the high word', 'BAD_HEADER', zeros(8)],
  [
    'ringIdHi',
    '0 with the low word',
    'BAD_HEADER',
    (view, at) => zeros(8)(view, at - 4),
    'ringIdLo',
  ],
  ['firstPosition', 'NaN', 'BAD_HEADER', double(Number.NaN)],
  ['firstPosition', 'negative', 'BAD_HEADER', double(-1)],
  ['firstPosition', 'half a position', 'BAD_HEADER', double(0.5)],
  ['firstPosition', '2^53', 'BAD_HEADER', double(2 ** 53)],
  ['mode', '0', 'BAD_HEADER', word(0)],
  ['mode', '3', 'BAD_HEADER', word(3)],
  ['partitionIndex', 'not below the count', 'BAD_HEADER', half(7)],
  ['partitionCount', '0', 'BAD_HEADER', half(0), 'partitionIndex'],
  ['createdAtMs', 'NaN', 'BAD_HEADER', double(Number.NaN)],
  ['createdAtMs', 'infinite', 'BAD_HEADER', double(Number.POSITIVE_INFINITY)],
  ['name', 'none', 'BAD_HEADER', zeros(64)],
  ['name', 'not UTF-8', 'BAD_HEADER', word(0xffff_ffff)],
  ['vendor', 'none', 'BAD_HEADER', zeros(16)],
  ['vendor', 'not UTF-8', 'BAD_HEADER', word(0xffff_ffff)],
  ['state', '0, still being made', 'BAD_HEADER', word(0)],
  ['state', '4', 'BAD_HEADER', word(4)],
];

/** Any bytes are a value, and nothing but a display or a counter depends on it. */
const ANY_VALUE: Partial<Record<Field, string>> = {
  epoch: 'counts writers; goes round',
  pid: 'for display',
  heartbeatNs: 'no number is a silent writer, whose life the lock decides',
  anchorCount: '0 is no anchor; a wrong one shows an older anchor',
  anchors: 'any 16 bytes are an anchor',
};

function ring(): ArrayBuffer {
  const format = {
    ringId: { hi: 0x0102_0304, lo: 0x0506_0708 },
    name: 'test.0',
    vendor: 'test',
    mode: RingMode.Live,
    slotCount: 16,
    directoryCapacity: 4,
  };
  const buffer = new ArrayBuffer(ringBytes(format));
  formatRing(buffer, format);
  return buffer;
}

describe('a damaged header', () => {
  for (const [field, what, code, apply, namedField = field] of DAMAGED) {
    test(`${field}: ${what} gives ${code}`, () => {
      const buffer = ring();
      apply(new DataView(buffer), HeaderOffset[field]);
      const refused = expect.objectContaining({ code, field: namedField });
      expect(() => readRingHeader(buffer)).toThrow(refused);
      expect(() => readRingHeader(buffer)).toThrow(RingError);
    });
  }

  test('every field of the layout is damaged here, or may hold anything', () => {
    const covered = new Set<string>([
      ...DAMAGED.map(([field]) => field),
      ...Object.keys(ANY_VALUE),
    ]);
    expect([...covered].sort()).toEqual(Object.keys(HeaderOffset).sort());
  });

  test.each(Object.keys(ANY_VALUE) as Field[])('%s may hold anything', (field) => {
    for (const byte of [0x00, 0x7f, 0xff]) {
      const buffer = ring();
      const bytes = new Uint8Array(buffer);
      bytes.fill(byte, HeaderOffset[field], HeaderOffset[field] + 8);
      expect(readRingHeader(buffer)).toMatchObject({ name: 'test.0', vendor: 'test' });
      expect(buffer.byteLength).toBeGreaterThan(2 * PAGE_BYTES);
    }
  });
});
