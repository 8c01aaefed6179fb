/** What became of one message. */
export const MessageOutcome = {
  /** It became ticks, which are published. */
  Accepted: 0,
  /** welcome, ack, pong or error: see `control` of the normaliser. */
  Control: 1,
  Superseded: 2,
  Duplicate: 3,
  Ignored: 4,
  /** A book change, kept until its snapshot comes. */
  Buffered: 5,
  Rejected: 6,
  Dropped: 7,
} as const;
export type MessageOutcome = (typeof MessageOutcome)[keyof typeof MessageOutcome];

/** The last control message, in one object that is used again. */
export interface ControlMessage {
  type: 'welcome' | 'ack' | 'pong' | 'error';
  id: string;
  /** Vendor's error code, and its text; of `error` only. */
  code: string;
  text: string;
}
