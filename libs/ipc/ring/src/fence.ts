/**
 * A full memory fence from what JavaScript has: an atomic store, then an atomic load, of a word
 * that nobody else sees.
 *
 * x86-64 keeps stores in order and loads in order, which is all that the ring's copy-check-deliver
 * needs, so it gets none. Everything else gets five: writer `claimed` · fence · slots · fence ·
 * `published`; reader `published` · fence · copy · fence · `claimed`; takeover PADs · fence ·
 * `published`. They follow from the memory model of arm64, and `model/` shows by search that each
 * is needed; no test of ours has run on that machine, see `archNotice`.
 */
export class MemoryFence {
  readonly #word = new Int32Array(1);

  full(): void {
    Atomics.store(this.#word, 0, 1);
    Atomics.load(this.#word, 0);
  }
}

/** A sentence to say at start where the ring's memory order is reasoned, not tested. */
export function archNotice(arch: string): string | undefined {
  if (arch === 'x64') return undefined;
  return `the ring's memory order on ${arch} follows its memory model and has not been run there`;
}

/** The fence that `arch` (the value of `process.arch`) needs, or none. */
export function fenceFor(arch: string): MemoryFence | undefined {
  return arch === 'x64' ? undefined : new MemoryFence();
}
