/** Records given to a recording = written + inFlight + dropped, at every moment. */
export interface RecordingCounts {
  /** In the file, as the system has confirmed: whoever opens it reads them. */
  written: number;
  /** Taken, and on their way to the file. */
  inFlight: number;
  readonly dropped: {
    /** The disk is behind: `queueBytesMax` wait for it. The newest are dropped. */
    queueFull: number;
    /** The file cannot be written, also what was on its way when that was found. */
    failed: number;
    /** Given after the end. */
    closed: number;
  };
}

export function createRecordingCounts(): RecordingCounts {
  return { written: 0, inFlight: 0, dropped: { queueFull: 0, failed: 0, closed: 0 } };
}
