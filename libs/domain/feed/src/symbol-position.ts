/** Where a symbol's book stands. */
export interface SymbolPosition {
  /** Dense index of the symbol's first directory entry. */
  readonly index: number;
  /** Venue sequence of the last change in the book. */
  readonly sequence: number;
}

/** Where a symbol's stream stood when another writer of its ring ended. */
export interface ResumePoint {
  /** Venue sequence of the last change that consumers have. */
  readonly sequence: number;
  /** Its receipt, ns since the Unix epoch. */
  readonly recvHi: number;
  readonly recvLo: number;
}
