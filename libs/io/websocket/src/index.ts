export { RequestError } from './errors.ts';
export type { RequestErrorCode } from './errors.ts';
export { httpRequest } from './http-request.ts';
export type { HttpAnswer, HttpRequestOptions } from './http-request.ts';
export { WEBSOCKET_LIMITS, dialWebSocket } from './dial-websocket.ts';
export type { ReceiveBuffer } from './receive-buffer.ts';
export type { DialedWebSocket, WebSocketHandlers, WebSocketLimits } from './dial-websocket.ts';
