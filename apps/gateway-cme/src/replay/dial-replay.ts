import { connect } from 'node:net';
import type {
  ReplayEndpoint,
  ReplayTransport,
  ReplayTransportHandlers,
} from './replay-transport.ts';

/** Dials with Node's sockets. */
export function dialReplay(
  { host, port }: ReplayEndpoint,
  handlers: ReplayTransportHandlers,
): ReplayTransport {
  const socket = connect({ host, port, noDelay: true });
  let isDestroyed = false;
  let reason = 'closed by the service';
  socket.on('connect', () => {
    if (!isDestroyed) handlers.open();
  });
  socket.on('data', (piece) => {
    if (!isDestroyed) handlers.data(piece);
  });
  socket.on('error', (error) => {
    reason = 'code' in error ? String(error.code) : error.message;
  });
  socket.on('close', () => {
    if (!isDestroyed) handlers.close(reason);
  });
  return {
    send: (bytes) => void socket.write(bytes),
    destroy() {
      isDestroyed = true;
      // What was sent last, a logout, still goes out.
      if (socket.connecting) socket.destroy();
      else socket.destroySoon();
    },
  };
}
