import { errnoError } from './errors.ts';
import { Linux, systemCalls } from './system-calls.ts';

/** Memory that the kernel may be given pointers into: it does not move while its buffer lives. */
export interface FixedMemory {
  readonly buffer: ArrayBuffer;
  readonly view: DataView;
  readonly address: number | bigint;
}

/** Gives a mapping back once nothing can reach its bytes any more. */
const unmapper = new FinalizationRegistry<{ address: number | bigint; bytes: number }>(
  ({ address, bytes }) => {
    systemCalls().munmap(address, bytes);
  },
);

/**
 * Zeroed memory of this process alone.
 * @throws ShmError `UNSUPPORTED`, `SYSTEM` (`ENOMEM`).
 */
export function allocateFixed(bytes: number): FixedMemory {
  const calls = systemCalls();
  const protection = Linux.PROT_READ | Linux.PROT_WRITE;
  const flags = Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS;
  const address = calls.mmap(0, bytes, protection, flags, -1, 0);
  // MAP_FAILED is all ones; no mapping is that high.
  if (Number(address) >= 2 ** 63) throw errnoError('mmap', calls.errno());
  const buffer = calls.view(address, bytes);
  unmapper.register(buffer, { address, bytes });
  return { buffer, view: new DataView(buffer), address };
}

export function addressAt(memory: FixedMemory, offset: number): number | bigint {
  const { address } = memory;
  return typeof address === 'bigint' ? address + BigInt(offset) : address + offset;
}

/** Writes a pointer to `target` bytes into `of` at `offset` of `memory`. */
export function writePointer(memory: FixedMemory, offset: number, target: number): void {
  memory.view.setBigUint64(offset, BigInt(addressAt(memory, target)), true);
}
