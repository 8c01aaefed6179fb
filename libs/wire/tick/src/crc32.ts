/**
 * CRC-32 (IEEE 802.3, reflected, polynomial 0xEDB88320), eight tables at a time: frames are
 * checked in pure libraries, where `node:zlib` is out of bounds.
 */
const TABLES = makeTables();

/** @param before - The CRC of what came before `bytes`, to go on from it. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = before ^ 0xffff_ffff;
  let at = 0;
  const t = TABLES;
  for (; at + 8 <= bytes.length; at += 8) {
    const a = crc ^ word(bytes, at);
    const b = word(bytes, at + 4);
    crc =
      cell(t, 7, a) ^
      cell(t, 6, a >>> 8) ^
      cell(t, 5, a >>> 16) ^
      cell(t, 4, a >>> 24) ^
      cell(t, 3, b) ^
      cell(t, 2, b >>> 8) ^
      cell(t, 1, b >>> 16) ^
      cell(t, 0, b >>> 24);
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ cell(t, 0, crc ^ (bytes[at] ?? 0));
  return (crc ^ 0xffff_ffff) >>> 0;
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

const cell = (tables: Uint32Array, table: number, value: number): number =>
  tables[table * 256 + (value & 255)] ?? 0;

function makeTables(): Uint32Array {
  const tables = new Uint32Array(8 * 256);
  for (let n = 0; n < 256; n++) {
    let crc = n;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
    tables[n] = crc >>> 0;
  }
  for (let table = 1; table < 8; table++) {
    for (let n = 0; n < 256; n++) {
      const previous = tables[(table - 1) * 256 + n] ?? 0;
      tables[table * 256 + n] = ((previous >>> 8) ^ (tables[previous & 255] ?? 0)) >>> 0;
    }
  }
  return tables;
}
