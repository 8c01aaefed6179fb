import { expect } from 'vitest';
import { PcapDecoder, PcapError } from '../src/index.ts';
import { blocksOf, bytesOf, joined } from './capture-bytes.ts';

export const FIRST = bytesOf('0102030405');
export const SECOND = bytesOf('aabbcc');

export interface Read {
  readonly frames: { tsNs: bigint; linkType: number; bytes: string; at: number; wire: number }[];
  readonly error: PcapError | undefined;
}

/** Everything in a file that arrives in pieces of a size. */
export function read(file: Uint8Array, pieceBytes = file.length): Read {
  const decoder = new PcapDecoder();
  const frames: Read['frames'] = [];
  try {
    for (let at = 0; at < file.length; at += pieceBytes) {
      decoder.push(file.subarray(at, at + pieceBytes));
      for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
        const { tsNs, linkType, offset, originalBytes } = frame;
        expect(frame.index).toBe(frames.length);
        frames.push({
          tsNs: (BigInt(tsNs.hi) << 32n) | BigInt(tsNs.lo),
          linkType,
          bytes: Buffer.from(frame.bytes).toString('hex'),
          at: offset,
          wire: originalBytes,
        });
      }
    }
    decoder.end();
  } catch (error) {
    if (!(error instanceof PcapError)) throw error;
    return { frames, error };
  }
  return { frames, error: undefined };
}

/** Blocks of every kind, packets of two interfaces. */
export function sampleNg(littleEndian: boolean): Uint8Array {
  const blocks = blocksOf(littleEndian);
  const nanoseconds = [9, Uint8Array.of(9)] as const;
  return joined(
    blocks.section(),
    blocks.interface(1, [[1, bytesOf('616263')], nanoseconds]),
    blocks.enhanced({ bytes: FIRST, ticks: 1_500_000_000_987_654_321n, originalBytes: 99 }),
    blocks.block(4, new Uint8Array(40)),
    blocks.interface(101),
    blocks.enhanced({
      bytes: SECOND,
      ticks: 1_500_000_000_123_456n,
      interface: 1,
      options: [[1, bytesOf('6869')]],
    }),
    blocks.simple(FIRST),
  );
}
