import { TickwireError } from '@tickwire/core';

/**
 * | code | meaning | what the caller does |
 * |---|---|---|
 * | UNREACHABLE | no server answered within the deadline | start one, or correct the address |
 * | NO_RESPONDERS | nobody listens to a request's subject | the service is not there: say so |
 * | TIMEOUT | no reply, or not flushed, in time | try again |
 * | DISCONNECTED | the connection is down, a request cannot be sent | try again later |
 * | CLOSED | the bus was closed by us | a bug of the caller |
 * | BAD_SUBJECT | empty tokens, blanks or misplaced wildcards | a bug of the caller |
 * | NOT_LOOPBACK | the embedded broker was asked to listen to other hosts | use nats-server |
 * | PORT_BUSY | the port is taken | try the next one |
 * | SERVER_FAILED | nats-server did not start | its last words are in the message |
 */
export type BusErrorCode =
  | 'UNREACHABLE'
  | 'NO_RESPONDERS'
  | 'TIMEOUT'
  | 'DISCONNECTED'
  | 'CLOSED'
  | 'BAD_SUBJECT'
  | 'NOT_LOOPBACK'
  | 'PORT_BUSY'
  | 'SERVER_FAILED';

export class BusError extends TickwireError {
  declare readonly code: BusErrorCode;
}

/** What a client did against the protocol, in the words of nats-server's `-ERR` lines. */
export type ViolationCode =
  | 'Unknown Protocol Operation'
  | 'Maximum Control Line Exceeded'
  | 'Maximum Payload Violation'
  | 'Parser Error'
  | 'Invalid Subject'
  | 'Message Headers Not Supported'
  | 'No Responders Requires Headers Support'
  | 'Maximum Subscriptions Exceeded'
  | 'Maximum Connections Exceeded'
  | 'Slow Consumer'
  | 'Stale Connection';
