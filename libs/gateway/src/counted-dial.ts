import type { CounterTable } from '@tickwire/core';
import type { Dial, RecvStamp } from '@tickwire/domain-feed';
import type { ConnectionLog } from '@tickwire/io-service';
import { dialWebSocket } from '@tickwire/io-websocket';
import type { ReceiveBuffer } from '@tickwire/io-websocket';
import { gatewayHops } from './gateway-hops.ts';

export interface CountedDialOptions {
  readonly stats: CounterTable;
  readonly vendor: string;
  readonly connections: ConnectionLog;
  /** The id by which the vendor's end counts a connection, from the address that is dialled. */
  readonly connectionIdOf: (url: string) => string;
  /** Told of each frame; gives the moment of its receipt. */
  readonly arrive: (bytes: Uint8Array) => Readonly<RecvStamp>;
  /** What became of a socket's receive buffer: told when it is not as it was with the last. */
  readonly onBuffer: (buffer: ReceiveBuffer) => void;
}

/**
 * Dials, and counts every frame that a socket hands over, whatever becomes of it: in the hop
 * `<vendor>.wire`, and for its connection, so that the vendor's own count can be compared with it.
 */
export function countedDial(options: CountedDialOptions): Dial {
  const { connections, connectionIdOf, arrive, onBuffer } = options;
  const received = gatewayHops(options.stats, options.vendor).wire.out;
  let lastBuffer = '';
  return (url, handlers) => {
    const connection = connections.open(connectionIdOf(url));
    return dialWebSocket(url, {
      open: () => handlers.open(),
      tuned: (buffer) => {
        const now = `${buffer.mode} ${buffer.bytes} ${buffer.reason}`;
        if (now !== lastBuffer) onBuffer(buffer);
        lastBuffer = now;
      },
      frame: (bytes) => {
        received.add(1);
        connection.add(1);
        const stamp = arrive(bytes);
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
