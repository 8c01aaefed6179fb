import type { FeedSink, RecvStamp } from '@tickwire/domain-feed';
import type { KucoinDecodeError } from './errors.ts';

/** Where the normaliser's work goes. */
export interface KucoinSink extends FeedSink {
  /** A frame or REST answer was refused. `bytes` is valid during the call only. */
  reject?(error: KucoinDecodeError, bytes: Uint8Array, recv: Readonly<RecvStamp>): void;
}
