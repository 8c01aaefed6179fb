/**
 * Reads a fault specification:
 *
 *   spec     = fault { "," fault }
 *   fault    = name [ "." topic ] "=" value
 *   value    = odds | odds ":" duration | when [ "/for:" duration ] | duration | bytes | …
 *   odds     = a probability 0 … 1, for example 0.001
 *   when     = ( "every:" | "after:" ) duration
 *   duration = integer ( "ms" | "s" | "m" )
 *
 * Which name takes which value is in the catalogue's help text. Times count from a connection's
 * beginning; only `freeze` takes `/for:`, without it a freeze lasts until the connection ends.
 */
import { SimulatorError } from './errors.ts';
import type { FaultCatalogue } from './fault-catalogue.ts';
import { CONNECTION_FAULTS, MESSAGE_FAULTS, REST_FAULTS } from './fault-plan.ts';
import type {
  ConnectionFault,
  ConnectionFaultRule,
  FaultPlan,
  MessageFault,
  MessageFaultRule,
  RestFault,
  RestFaultRule,
} from './fault-plan.ts';

/** A piece of the specification and where it stands: what an error points at. */
class Piece {
  readonly text: string;
  /** The whole fault that it belongs to. */
  readonly fault: string;
  /** From 1. */
  readonly column: number;

  constructor(text: string, fault: string, column: number) {
    this.text = text;
    this.fault = fault;
    this.column = column;
  }

  /** A piece of this one, from character `from` on. */
  part(from: number, to = this.text.length): Piece {
    return new Piece(this.text.slice(from, to), this.fault, this.column + from);
  }

  error(detail: string): SimulatorError {
    return new SimulatorError('BAD_FAULT', this.fault, `column ${this.column}: ${detail}`);
  }
}

/**
 * Reads a specification; an empty text is no faults.
 *
 * @throws SimulatorError `BAD_FAULT`: its field is the fault that does not follow the grammar, its
 *   text says the column and what was expected there.
 */
export function parseFaultSpec(spec: string, catalogue: FaultCatalogue): FaultPlan {
  const message: MessageFaultRule[] = [];
  const connection: ConnectionFaultRule[] = [];
  const rest: RestFaultRule[] = [];
  let slowAckMs = 0;
  let chopBytes: number | undefined;
  for (const fault of faultsOf(spec)) {
    const { name, topic, value } = sidesOf(fault, catalogue);
    const messageFault = MESSAGE_FAULTS.find((known) => known === name.text);
    const connectionFault = CONNECTION_FAULTS.find((known) => known === name.text);
    const restFault = REST_FAULTS.find((known) => known === name.text);
    if (topic !== undefined && messageFault === undefined) throw topic.error('takes no topic');
    if (messageFault !== undefined) {
      const topicKind = topic === undefined ? 0 : topicKindOf(topic, catalogue);
      message.push(messageRule(messageFault, topicKind, value));
    } else if (connectionFault !== undefined) {
      connection.push(connectionRule(connectionFault, value));
    } else if (restFault !== undefined) {
      rest.push(restRule(restFault, value));
    } else if (name.text === 'slow-ack') {
      slowAckMs = durationMs(value);
    } else {
      chopBytes = bytes(value);
    }
  }
  const plan = { message, connection, rest, slowAckMs };
  return chopBytes === undefined ? plan : { ...plan, chopBytes };
}

/** The faults between the commas, without the spaces around them. */
function faultsOf(spec: string): Piece[] {
  const found: Piece[] = [];
  let column = 1;
  for (const part of spec.split(',')) {
    const text = part.trim();
    if (text !== '') found.push(new Piece(text, text, column + part.indexOf(text)));
    column += part.length + 1;
  }
  return found;
}

function sidesOf(
  fault: Piece,
  { faults }: FaultCatalogue,
): { name: Piece; topic: Piece | undefined; value: Piece } {
  const equals = fault.text.indexOf('=');
  if (equals < 0) throw fault.error('expected name=value');
  const dot = fault.text.slice(0, equals).indexOf('.');
  const name = fault.part(0, dot < 0 ? equals : dot);
  if (!faults.some((known) => known === name.text)) {
    throw name.error(`there is no fault ${name.text}; known are ${faults.join(', ')}`);
  }
  const topic = dot < 0 ? undefined : fault.part(dot + 1, equals);
  return { name, topic, value: fault.part(equals + 1) };
}

function messageRule(fault: MessageFault, topicKind: number, value: Piece): MessageFaultRule {
  if (fault !== 'delay') return { fault, topicKind, probability: odds(value) };
  const colon = value.text.indexOf(':');
  if (colon < 0) throw value.error('expected odds:duration');
  const probability = odds(value.part(0, colon));
  return { fault, topicKind, probability, delayMs: durationMs(value.part(colon + 1)) };
}

function connectionRule(fault: ConnectionFault, value: Piece): ConnectionFaultRule {
  const match = /^(every|after):([^/]+)(?:\/for:(.+))?$/.exec(value.text);
  if (match === null) throw value.error('expected every:DURATION or after:DURATION');
  const [, when = '', after = '', lasting] = match;
  const afterAt = when.length + 1;
  if (lasting !== undefined && fault !== 'freeze') {
    throw value.part(afterAt + after.length).error('only freeze takes /for:');
  }
  const time = value.part(afterAt, afterAt + after.length);
  const afterMs = durationMs(time);
  if (when === 'every' && afterMs === 0) throw time.error('a repeated fault needs time between');
  const forMs =
    lasting === undefined ? undefined : durationMs(value.part(value.text.length - lasting.length));
  return { fault, afterMs, repeats: when === 'every', forMs };
}

function restRule(fault: RestFault, value: Piece): RestFaultRule {
  const colon = value.text.indexOf(':');
  const first = value.part(0, colon < 0 ? undefined : colon);
  const second = colon < 0 ? undefined : value.part(colon + 1);
  if (fault === 'rest-error') {
    const status = second === undefined ? 500 : Number(second.text);
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw (second ?? first).error('the status must be 400 … 599');
    }
    return { fault, probability: odds(first), delayMs: 0, status };
  }
  const probability = second === undefined ? 1 : odds(first);
  return { fault, probability, delayMs: durationMs(second ?? first), status: 200 };
}

function topicKindOf(topic: Piece, { topics }: FaultCatalogue): number {
  const index = topics.indexOf(topic.text);
  if (index < 0) {
    throw topic.error(`there is no topic ${topic.text}; known are ${topics.join(', ')}`);
  }
  return index;
}

function odds(piece: Piece): number {
  const value = /^(0|1|0?\.\d+|1\.0+)$/.test(piece.text) ? Number(piece.text) : NaN;
  if (!(value >= 0 && value <= 1)) throw piece.error('the odds must be 0 … 1');
  return value;
}

function durationMs(piece: Piece): number {
  const match = /^(\d{1,9})(ms|s|m)$/.exec(piece.text);
  if (match === null) throw piece.error('a duration is an integer with ms, s or m');
  const [, amount, unit] = match;
  return Number(amount) * (unit === 'm' ? 60_000 : unit === 's' ? 1_000 : 1);
}

function bytes(piece: Piece): number {
  const value = /^\d{1,9}$/.test(piece.text) ? Number(piece.text) : 0;
  if (value < 1) throw piece.error('a count of bytes is an integer from 1');
  return value;
}
