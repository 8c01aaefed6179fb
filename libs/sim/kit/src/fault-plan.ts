/** What a fault specification comes to: rules that the parts of a simulator look at. */

export const MESSAGE_FAULTS = ['drop', 'dup', 'reorder', 'garbage', 'truncate', 'delay'] as const;
export type MessageFault = (typeof MESSAGE_FAULTS)[number];

export const CONNECTION_FAULTS = ['disconnect', 'reset', 'cut', 'freeze', 'halfopen'] as const;
export type ConnectionFault = (typeof CONNECTION_FAULTS)[number];

export const REST_FAULTS = ['stall-rest', 'rest-error'] as const;
export type RestFault = (typeof REST_FAULTS)[number];

export interface MessageFaultRule {
  readonly fault: MessageFault;
  /** Index of the catalogue's topics. */
  readonly topicKind: number;
  readonly probability: number;
  /** Of `delay` alone. */
  readonly delayMs?: number;
}

export interface ConnectionFaultRule {
  readonly fault: ConnectionFault;
  readonly afterMs: number;
  readonly repeats: boolean;
  /** How long a freeze lasts; undefined = until the connection ends. */
  readonly forMs: number | undefined;
}

export interface RestFaultRule {
  readonly fault: RestFault;
  readonly probability: number;
  /** Delay of `stall-rest`, ms. */
  readonly delayMs: number;
  /** HTTP status of `rest-error`. */
  readonly status: number;
}

export interface FaultPlan {
  readonly message: readonly MessageFaultRule[];
  readonly connection: readonly ConnectionFaultRule[];
  readonly rest: readonly RestFaultRule[];
  /** Delay of every ack, ms; 0 = none. */
  readonly slowAckMs: number;
  /** Every write leaves in pieces of at most so many bytes; absent = as it is. */
  readonly chopBytes?: number;
}

export const NO_FAULTS: FaultPlan = { message: [], connection: [], rest: [], slowAckMs: 0 };
