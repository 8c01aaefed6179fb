/** One ring as one reader has it open: its mapping, its cursor and what is known of its writer. */
import { BELL_BYTE_OFFSET, RingReader, RingState, readRingHeader } from '@tickwire/ipc-ring';
import type { RingAccount, RingHeader, StartFrom } from '@tickwire/ipc-ring';
import { fileAt, futexWait, isLockedDescriptor, openSharedFile } from '@tickwire/ipc-shm';
import type { FutexWord, SharedMemory } from '@tickwire/ipc-shm';
import { bufferBlockCopy } from './buffer-copy.ts';

/**
 * `live`: its writer showed a sign of life lately. `silent`: it has not, but holds the ring's lock,
 * so it lives. `dead`: nobody holds the lock. `closed`, `replaced`: as the writer left it.
 */
export type RingStatus = 'live' | 'silent' | 'dead' | 'closed' | 'replaced';

/** Whoever waits at a ring that ended looks for its successor this often. */
export const SUCCESSOR_LOOK_MS = 5;

/** Where to start, or how to decide it once the ring and its id are known. */
export type StartChoice = StartFrom | ((header: RingHeader) => StartFrom);

export interface AttachOptions {
  readonly path: string;
  readonly from: StartChoice;
  readonly trustedOwners: readonly number[] | undefined;
}

export class RingAttachment {
  readonly memory: SharedMemory;
  readonly reader: RingReader;

  /** @throws ShmError, RingError: nothing stays open then. */
  constructor(options: AttachOptions) {
    this.memory = openSharedFile({
      path: options.path,
      access: 'read',
      ...(options.trustedOwners === undefined ? {} : { trustedOwners: options.trustedOwners }),
    });
    try {
      const { from } = options;
      this.reader = new RingReader(this.memory.buffer, {
        arch: process.arch,
        from: typeof from === 'function' ? from(readRingHeader(this.memory.buffer)) : from,
        blockCopy: bufferBlockCopy,
      });
    } catch (error) {
      this.memory.close();
      throw error;
    }
  }

  /** Whether everything that will ever come has been read. */
  get drained(): boolean {
    // The state is stored after the last tick is published: look at the state first.
    return this.reader.state !== RingState.Open && this.reader.published === this.reader.cursor;
  }

  /** Whether the path names another ring now. */
  get superseded(): boolean {
    const now = fileAt(this.memory.path);
    return (
      now !== undefined && (now.inode !== this.memory.inode || now.device !== this.memory.device)
    );
  }

  status(nowNs: number, silentAfterNs: number): RingStatus {
    const { state } = this.reader;
    if (state === RingState.Closed) return 'closed';
    if (state === RingState.Replaced) return 'replaced';
    if (nowNs - this.reader.heartbeatNs <= silentAfterNs) return 'live';
    return isLockedDescriptor(this.memory.fd) ? 'silent' : 'dead';
  }

  /** What to sleep on until something is published; `undefined` when something is there. */
  bellWord(): FutexWord | undefined {
    const { reader, memory } = this;
    const expected = reader.bell;
    // Bell first, then what it rings for: what came in between has changed the bell.
    if (reader.published !== reader.cursor) return undefined;
    return { memory, byteOffset: BELL_BYTE_OFFSET, expected };
  }

  /** Whether the bell may ring again: the bell of a closed ring does not. */
  get isOpen(): boolean {
    return this.reader.state === RingState.Open;
  }

  /** Blocks this thread until the bell rings, at most `timeoutMs`; not at all if there is news. */
  park(timeoutMs: number): void {
    const word = this.bellWord();
    if (word === undefined) return;
    futexWait(word, this.isOpen ? timeoutMs : Math.min(timeoutMs, SUCCESSOR_LOOK_MS));
  }

  account(): RingAccount {
    return this.reader.account();
  }

  close(): void {
    this.memory.close();
  }
}
