/** A TCP connection as a parameter: what a replay client needs of it. */
export interface ReplayTransport {
  send(bytes: Uint8Array): void;
  /** At once; nothing is called back any more. */
  destroy(): void;
}

export interface ReplayTransportHandlers {
  open(): void;
  /** A piece of what came; valid during the call. */
  data(piece: Uint8Array): void;
  /** Once, unless it was destroyed. */
  close(reason: string): void;
}

export interface ReplayEndpoint {
  /** IPv4. */
  readonly host: string;
  readonly port: number;
}

/** Handlers are called later only, never before it has returned. */
export type DialReplay = (
  endpoint: ReplayEndpoint,
  handlers: ReplayTransportHandlers,
) => ReplayTransport;
