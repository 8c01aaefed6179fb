/**
 * One client of the broker, and the exchange between clients: what the core NATS protocol says is
 * answered to each command. No sockets: a session writes into an `Outlet`.
 */
import { BrokerParser } from './broker-parser.ts';
import type { ClientCommands, Publication } from './broker-parser.ts';
import type { ViolationCode } from './errors.ts';
import { isSubscribeSubject } from './subjects.ts';
import { SubjectRouter } from './subject-router.ts';

/** Where a session's bytes go. */
export interface Outlet {
  /** Takes a copy of, or keeps, `bytes`; false = the client is too slow and has been cut. */
  write(bytes: Uint8Array): boolean;
  /** Sends `text` if it still can, then ends the connection. */
  end(text: string): void;
}

export interface BrokerLimits {
  readonly controlLineBytesMax: number;
  readonly payloadBytesMax: number;
  readonly subscriptionsMax: number;
}

/** Only ever grows, but for the gauges `clients` and `subscriptions`. */
export interface BrokerCounts {
  clients: number;
  subscriptions: number;
  connections: number;
  messagesIn: number;
  messagesOut: number;
  bytesIn: number;
  bytesOut: number;
  slowConsumers: number;
  staleConnections: number;
  refusedConnections: number;
  violations: number;
}

interface Subscription {
  readonly session: BrokerSession;
  readonly sid: string;
  readonly subject: string;
  readonly queue: string | undefined;
  /** Messages after which it ends; 0 = never. */
  max: number;
  delivered: number;
}

interface ConnectOptions {
  verbose: boolean;
  echo: boolean;
  headers: boolean;
  noResponders: boolean;
}

const encoder = new TextEncoder();
const PONG = encoder.encode('PONG\r\n');
const OK = encoder.encode('+OK\r\n');
const CRLF = encoder.encode('\r\n');
const NO_RESPONDERS = 'NATS/1.0 503\r\n\r\n';

/** All sessions of one broker, and who listens to what. */
export class BrokerExchange {
  readonly limits: BrokerLimits;
  readonly counts: BrokerCounts = {
    clients: 0,
    subscriptions: 0,
    connections: 0,
    messagesIn: 0,
    messagesOut: 0,
    bytesIn: 0,
    bytesOut: 0,
    slowConsumers: 0,
    staleConnections: 0,
    refusedConnections: 0,
    violations: 0,
  };
  readonly router = new SubjectRouter<Subscription>();
  #turn = 0;

  constructor(limits: BrokerLimits) {
    this.limits = limits;
  }

  open(outlet: Outlet): BrokerSession {
    return new BrokerSession(this, outlet);
  }

  /** @returns how many got it. */
  deliver(from: BrokerSession, message: Publication): number {
    this.counts.messagesIn += 1;
    this.counts.bytesIn += message.body.length;
    const route = this.router.route(message.subject);
    let delivered = 0;
    for (const subscription of route.plain) {
      if (this.#give(from, subscription, message)) delivered += 1;
    }
    this.#turn = (this.#turn + 1) % 0x4000_0000;
    for (const members of route.queues) {
      // The next one in turn; one that cannot take it passes it on.
      for (let tried = 0; tried < members.length; tried++) {
        const member = members[(this.#turn + tried) % members.length];
        if (member !== undefined && this.#give(from, member, message)) {
          delivered += 1;
          break;
        }
      }
    }
    return delivered;
  }

  #give(from: BrokerSession, to: Subscription, message: Publication): boolean {
    if (to.session === from && !from.echo) return false;
    if (!to.session.send(to, message)) return false;
    this.counts.messagesOut += 1;
    this.counts.bytesOut += message.body.length;
    return true;
  }
}

export class BrokerSession implements ClientCommands {
  readonly #exchange: BrokerExchange;
  readonly #outlet: Outlet;
  readonly #parser: BrokerParser;
  readonly #subscriptions = new Map<string, Subscription>();
  // What nats-server assumes until CONNECT says otherwise.
  #options: ConnectOptions = { verbose: true, echo: true, headers: false, noResponders: false };
  #closed = false;
  /** PINGs of ours without an answer. */
  pingsOut = 0;

  constructor(exchange: BrokerExchange, outlet: Outlet) {
    this.#exchange = exchange;
    this.#outlet = outlet;
    this.#parser = new BrokerParser(exchange.limits, this);
    exchange.counts.clients += 1;
    exchange.counts.connections += 1;
  }

  get echo(): boolean {
    return this.#options.echo;
  }

  feed(chunk: Uint8Array): void {
    this.#parser.feed(chunk);
  }

  /** Forgets the client and its subscriptions. Harmless when repeated. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#parser.stop();
    for (const subscription of this.#subscriptions.values()) this.#forget(subscription);
    this.#exchange.counts.clients -= 1;
  }

  /** Ends the connection with an `-ERR`. */
  cut(code: ViolationCode): void {
    if (this.#closed) return;
    this.#outlet.end(`-ERR '${code}'\r\n`);
    this.close();
  }

  onConnect(json: string): void {
    const options = parseConnect(json);
    if (options === undefined) {
      this.onViolation('Parser Error');
      return;
    }
    if (options.noResponders && !options.headers) {
      this.onViolation('No Responders Requires Headers Support');
      return;
    }
    this.#options = options;
    this.#acknowledge();
  }

  onPublish(message: Publication): void {
    if (message.headerBytes > 0 && !this.#options.headers) {
      this.onViolation('Message Headers Not Supported');
      return;
    }
    this.#acknowledge();
    const delivered = this.#exchange.deliver(this, message);
    if (delivered === 0 && message.reply !== undefined && this.#options.noResponders) {
      this.#sayNoResponders(message.reply);
    }
  }

  onSubscribe(subject: string, queue: string | undefined, sid: string): void {
    if (!isSubscribeSubject(subject)) {
      this.#complain('Invalid Subject');
      return;
    }
    if (this.#subscriptions.size >= this.#exchange.limits.subscriptionsMax) {
      this.#complain('Maximum Subscriptions Exceeded');
      return;
    }
    // A sid in use keeps its subscription, as with nats-server.
    if (!this.#subscriptions.has(sid)) {
      const subscription = { session: this, sid, subject, queue, max: 0, delivered: 0 };
      this.#subscriptions.set(sid, subscription);
      this.#exchange.router.add(subscription);
      this.#exchange.counts.subscriptions += 1;
    }
    this.#acknowledge();
  }

  onUnsubscribe(sid: string, max: number): void {
    const subscription = this.#subscriptions.get(sid);
    if (subscription !== undefined) {
      if (max > subscription.delivered) subscription.max = max;
      else this.#forget(subscription);
    }
    this.#acknowledge();
  }

  onPing(): void {
    this.#outlet.write(PONG);
  }

  onPong(): void {
    this.pingsOut = 0;
  }

  onViolation(code: ViolationCode): void {
    this.#exchange.counts.violations += 1;
    this.cut(code);
  }

  /** @returns false when it could not be given to this client. */
  send(to: Subscription, message: Publication): boolean {
    // It may have ended while this message was on its way round.
    if (this.#closed || this.#subscriptions.get(to.sid) !== to) return false;
    const plain = message.headerBytes === 0 || !this.#options.headers;
    const body = plain ? message.body.subarray(message.headerBytes) : message.body;
    const reply = message.reply === undefined ? '' : `${message.reply} `;
    const sizes = plain ? `${body.length}` : `${message.headerBytes} ${body.length}`;
    const head = `${plain ? 'MSG' : 'HMSG'} ${message.subject} ${to.sid} ${reply}${sizes}\r\n`;
    const bytes = new Uint8Array(head.length + body.length + 2);
    for (let at = 0; at < head.length; at++) bytes[at] = head.charCodeAt(at);
    bytes.set(body, head.length);
    bytes.set(CRLF, head.length + body.length);
    const written = this.#outlet.write(bytes);
    to.delivered += 1;
    if (to.max > 0 && to.delivered >= to.max) this.#forget(to);
    return written;
  }

  #sayNoResponders(reply: string): void {
    for (const subscription of this.#exchange.router.route(reply).plain) {
      if (subscription.session !== this) continue;
      const body = encoder.encode(NO_RESPONDERS);
      const headerBytes = body.length;
      this.send(subscription, { subject: reply, reply: undefined, headerBytes, body });
      return;
    }
  }

  #forget(subscription: Subscription): void {
    if (!this.#subscriptions.delete(subscription.sid)) return;
    this.#exchange.router.remove(subscription);
    this.#exchange.counts.subscriptions -= 1;
  }

  #acknowledge(): void {
    if (this.#options.verbose) this.#outlet.write(OK);
  }

  #complain(code: ViolationCode): void {
    this.#outlet.write(encoder.encode(`-ERR '${code}'\r\n`));
  }
}

function parseConnect(json: string): ConnectOptions | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const said = new Map<string, unknown>(Object.entries(value));
  const flag = (name: string, otherwise: boolean): boolean => {
    const stated = said.get(name);
    return typeof stated === 'boolean' ? stated : otherwise;
  };
  return {
    verbose: flag('verbose', true),
    echo: flag('echo', true),
    headers: flag('headers', false),
    noResponders: flag('no_responders', false),
  };
}
