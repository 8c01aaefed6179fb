/**
 * The fault kit's specification, as text:
 *
 *   spec     = fault { "," fault }
 *   fault    = message | connection | rest | ack
 *   message  = ( "drop" | "dup" | "reorder" | "garbage" | "truncate" ) [ "." topic ] "=" odds
 *   connection = ( "disconnect" | "reset" | "freeze" | "halfopen" ) "=" when [ "/for:" duration ]
 *   rest     = "stall-rest" "=" [ odds ":" ] duration  |  "rest-error" "=" odds [ ":" status ]
 *   ack      = "slow-ack" "=" duration
 *   odds     = a probability 0 … 1, for example 0.001
 *   when     = ( "every:" | "after:" ) duration
 *   duration = integer ( "ms" | "s" | "m" )
 *   topic    = "level2" | "match" | "ticker" | "level1" | "depth5" | "depth50" | …
 *
 * A message fault without a topic acts on level 2. Times count from a connection's welcome; only
 * `freeze` takes `/for:`, without it a freeze lasts until the connection ends.
 */
import { SimulatorError } from './errors.ts';
import { TOPIC_KIND_NAMES } from './topics.ts';

export const MESSAGE_FAULTS = ['drop', 'dup', 'reorder', 'garbage', 'truncate'] as const;
export type MessageFault = (typeof MESSAGE_FAULTS)[number];

export const CONNECTION_FAULTS = ['disconnect', 'reset', 'freeze', 'halfopen'] as const;
export type ConnectionFault = (typeof CONNECTION_FAULTS)[number];

export interface MessageFaultRule {
  readonly fault: MessageFault;
  /** Index of TOPIC_KIND_NAMES. */
  readonly topicKind: number;
  readonly probability: number;
}

export interface ConnectionFaultRule {
  readonly fault: ConnectionFault;
  readonly afterMs: number;
  readonly repeats: boolean;
  /** How long a freeze lasts; undefined = until the connection ends. */
  readonly forMs: number | undefined;
}

export interface RestFaultRule {
  readonly fault: 'stall-rest' | 'rest-error';
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
}

export const NO_FAULTS: FaultPlan = { message: [], connection: [], rest: [], slowAckMs: 0 };

/**
 * Reads a specification; an empty text is no faults.
 *
 * @throws SimulatorError `BAD_FAULT` naming the part that does not follow the grammar.
 */
export function parseFaults(spec: string): FaultPlan {
  const message: MessageFaultRule[] = [];
  const connection: ConnectionFaultRule[] = [];
  const rest: RestFaultRule[] = [];
  let slowAckMs = 0;
  for (const part of spec.split(',').map((text) => text.trim())) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    if (equals < 0) throw bad(part, 'expected name=value');
    const [name = '', topic] = part.slice(0, equals).split('.');
    const value = part.slice(equals + 1);
    const messageFault = MESSAGE_FAULTS.find((known) => known === name);
    const connectionFault = CONNECTION_FAULTS.find((known) => known === name);
    if (topic !== undefined && messageFault === undefined) throw bad(part, 'takes no topic');
    if (messageFault !== undefined) {
      const topicKind = topicKindOf(topic ?? 'level2', part);
      message.push({ fault: messageFault, topicKind, probability: odds(value, part) });
    } else if (connectionFault !== undefined) {
      connection.push(connectionRule(connectionFault, value, part));
    } else if (name === 'stall-rest' || name === 'rest-error') {
      rest.push(restRule(name, value, part));
    } else if (name === 'slow-ack') {
      slowAckMs = durationMs(value, part);
    } else {
      throw bad(part, `there is no fault ${name}`);
    }
  }
  return { message, connection, rest, slowAckMs };
}

function connectionRule(fault: ConnectionFault, value: string, part: string): ConnectionFaultRule {
  const match = /^(every|after):([^/]+)(?:\/for:(.+))?$/.exec(value);
  if (match === null) throw bad(part, 'expected every:DURATION or after:DURATION');
  const [, when, after = '', lasting] = match;
  if (lasting !== undefined && fault !== 'freeze') throw bad(part, 'only freeze takes /for:');
  const afterMs = durationMs(after, part);
  if (when === 'every' && afterMs === 0) throw bad(part, 'a repeated fault needs time between');
  const forMs = lasting === undefined ? undefined : durationMs(lasting, part);
  return { fault, afterMs, repeats: when === 'every', forMs };
}

function restRule(fault: 'stall-rest' | 'rest-error', value: string, part: string): RestFaultRule {
  const [first = '', second] = value.split(':');
  if (fault === 'rest-error') {
    const status = second === undefined ? 500 : Number(second);
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw bad(part, 'the status must be 400 … 599');
    }
    return { fault, probability: odds(first, part), delayMs: 0, status };
  }
  const probability = second === undefined ? 1 : odds(first, part);
  return { fault, probability, delayMs: durationMs(second ?? first, part), status: 200 };
}

function topicKindOf(name: string, part: string): number {
  const index = TOPIC_KIND_NAMES.findIndex((known) => known === name);
  if (index < 0) throw bad(part, `there is no topic ${name}`);
  return index;
}

function odds(text: string, part: string): number {
  const value = /^(0|1|0?\.\d+|0\.\d+|1\.0+)$/.test(text) ? Number(text) : NaN;
  if (!(value >= 0 && value <= 1)) throw bad(part, 'the odds must be 0 … 1');
  return value;
}

function durationMs(text: string, part: string): number {
  const match = /^(\d{1,9})(ms|s|m)$/.exec(text);
  if (match === null) throw bad(part, 'a duration is an integer with ms, s or m');
  const [, amount, unit] = match;
  return Number(amount) * (unit === 'm' ? 60_000 : unit === 's' ? 1_000 : 1);
}

function bad(part: string, detail: string): SimulatorError {
  return new SimulatorError('BAD_FAULT', part, detail);
}
