export { HAS_ZSTD, INFLATE_BYTES_MAX, TcpTransport } from './tcp-transport.ts';
export type { TcpHandlers, TcpSocket } from './tcp-transport.ts';
export { sha256Hex } from './sha256-hex.ts';
