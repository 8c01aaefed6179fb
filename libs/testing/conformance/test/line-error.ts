export type LineReason = 'UNKNOWN_KIND' | 'UNKNOWN_SYMBOL' | 'BAD_FIELD' | 'OVERSIZE';

/** A line that cannot be used: counted by its reason, nothing else happens. */
export class LineError extends Error {
  readonly reason: LineReason;

  constructor(reason: LineReason) {
    super(reason);
    this.reason = reason;
  }
}
