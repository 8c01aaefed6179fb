import { HopCounters } from '@tickwire/core';
import type { CounterTable } from '@tickwire/core';
import type { Dial, RecvStamp } from '@tickwire/domain-feed';
import type { ConnectionLog } from '@tickwire/io-service';
import { dialWebSocket } from '@tickwire/io-websocket';
import type { ReceiveBuffer } from '@tickwire/io-websocket';

/**
 * Dials, and counts every frame that a socket hands over, whatever becomes of it: in the hop
 * `kucoin.wire`, and for its connection, so that the vendor's own count can be compared with it.
 */
export function countedDial(parts: {
  stats: CounterTable;
  connections: ConnectionLog;
  /** Told of each frame; gives the moment of its receipt. */
  arrive: (bytes: Uint8Array) => Readonly<RecvStamp>;
  /** What became of a socket's receive buffer: told when it is not as it was with the last. */
  onBuffer: (buffer: ReceiveBuffer) => void;
}): Dial {
  const received = new HopCounters(parts.stats, 'kucoin.wire', 'message').out;
  let lastBuffer = '';
  return (url, handlers) => {
    const connection = parts.connections.open(connectIdOf(url));
    return dialWebSocket(url, {
      open: () => handlers.open(),
      tuned: (buffer) => {
        const now = `${buffer.mode} ${buffer.bytes} ${buffer.reason}`;
        if (now !== lastBuffer) parts.onBuffer(buffer);
        lastBuffer = now;
      },
      frame: (bytes) => {
        received.add(1);
        connection.add(1);
        const stamp = parts.arrive(bytes);
        connection.stamp(stamp);
        handlers.frame(bytes, stamp);
      },
      close: (reason) => {
        connection.close({ reason });
        handlers.close(reason);
      },
    });
  };
}

const connectIdOf = (url: string): string => URL.parse(url)?.searchParams.get('connectId') ?? url;
