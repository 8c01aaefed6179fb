/** Bounds of a book that is written into a ring once more. */
export interface ImageLimits {
  /** Ticks of one image: a larger one would push too much of the ring over its readers. */
  readonly ticksMax: number;
}
