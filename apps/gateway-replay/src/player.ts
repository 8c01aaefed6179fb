/** What plays one kind of source: the seam between the sources and the vendors' normalisers. */
export interface Player {
  /**
   * Plays everything into the ring, at the pace asked for.
   * @throws the signal's reason when it aborts; a CaptureError when a source cannot be read.
   */
  play(signal: AbortSignal): Promise<void>;
  /** No more input: what the end itself implies is published, as far as the ring has room. */
  close(): void;
}
