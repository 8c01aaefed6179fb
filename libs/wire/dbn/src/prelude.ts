/** What a stream begins with: `DBN`, the version, and how long the metadata are. */
import { DbnError } from './errors.ts';
import { foreignFormat } from './foreign-format.ts';
import { METADATA_BYTES_MIN } from './metadata-reader.ts';
import { DBN_VERSION_MAX } from './metadata.ts';

const MAGIC = [0x44, 0x42, 0x4e] as const;

export const MAGIC_BYTES = MAGIC.length;

/** Whether bytes, three at least, begin as DBN does. */
export function isDbn(start: Uint8Array): boolean {
  return MAGIC.every((byte, index) => start[index] === byte);
}

/** What to say of bytes that do not: what they are, if that is known. */
export function notDbn(start: Uint8Array): DbnError {
  const foreign = foreignFormat(start);
  const shown = [...start.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0'));
  const what = foreign === undefined ? '' : `: it is ${foreign.name}`;
  return new DbnError('NOT_DBN', 0, {
    field: 'magic',
    detail: `begins with ${shown.join(' ')}, not with DBN${what}`,
    ...(foreign === undefined ? {} : { hint: foreign.hint }),
  });
}

/**
 * @param view - Of the prelude, from its first byte.
 * @returns the version, and how many bytes of metadata follow.
 * @throws DbnError `UNSUPPORTED_VERSION`, `BAD_METADATA`, `METADATA_TOO_LARGE`.
 */
export function readPrelude(
  view: DataView,
  metadataBytesMax: number,
): { version: number; length: number } {
  const version = view.getUint8(3);
  if (version < 1 || version > DBN_VERSION_MAX) {
    const detail = `${version}, and 1 to ${DBN_VERSION_MAX} can be read`;
    throw new DbnError('UNSUPPORTED_VERSION', 3, { field: 'version', detail });
  }
  const length = view.getUint32(4, true);
  if (length < METADATA_BYTES_MIN) {
    const detail = `${length} bytes, below the least, ${METADATA_BYTES_MIN}`;
    throw new DbnError('BAD_METADATA', 4, { field: 'length', detail });
  }
  if (length > metadataBytesMax) {
    const detail = `${length} bytes, above the bound, ${metadataBytesMax}`;
    throw new DbnError('METADATA_TOO_LARGE', 4, { field: 'length', detail });
  }
  return { version, length };
}
