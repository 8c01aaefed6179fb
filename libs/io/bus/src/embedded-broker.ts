/**
 * The broker that stands in where there is no nats-server: the core protocol over TCP, in this
 * process. No persistence: streams (JetStream) are not there, and nothing is kept for a client
 * that is away. For one host and modest rates; a deployment uses nats-server.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { BrokerExchange } from './broker-session.ts';
import type { BrokerCounts, BrokerSession, Outlet } from './broker-session.ts';
import { BusError } from './errors.ts';

export interface EmbeddedBrokerOptions {
  /** A loopback address; 127.0.0.1 when not given. */
  readonly host?: string;
  /** 0 (default) = any free port. */
  readonly port?: number;
  /** Largest message, bytes; 1 MiB as nats-server. */
  readonly payloadBytesMax?: number;
  /** Longest control line, bytes; 4,096 as nats-server. */
  readonly controlLineBytesMax?: number;
  readonly connectionsMax?: number;
  /** Per client. */
  readonly subscriptionsMax?: number;
  /** Bytes waiting for one client before it is cut as a slow consumer; 16 MiB. */
  readonly pendingBytesMax?: number;
  /** A client that takes nothing for so long while bytes wait is cut; 10 s. */
  readonly writeDeadlineMs?: number;
  /** Time between PINGs to a client; cut when two are unanswered; 120 s. */
  readonly pingIntervalMs?: number;
}

export interface EmbeddedBroker {
  readonly kind: 'embedded';
  /** Streams are not durable here: there are none. */
  readonly durable: false;
  readonly url: string;
  readonly host: string;
  readonly port: number;
  counts(): Readonly<BrokerCounts>;
  /**
   * Tells clients to go elsewhere (INFO with `ldm`), takes no new ones, waits until all are gone
   * or `graceMs` is over, then closes.
   */
  drain(graceMs: number): Promise<void>;
  close(): Promise<void>;
}

type Limits = Required<Omit<EmbeddedBrokerOptions, 'host' | 'port'>>;

const DEFAULTS: Limits = {
  payloadBytesMax: 1_048_576,
  controlLineBytesMax: 4_096,
  connectionsMax: 1_024,
  subscriptionsMax: 16_384,
  pendingBytesMax: 16 * 1_048_576,
  writeDeadlineMs: 10_000,
  pingIntervalMs: 120_000,
};
const SWEEP_MS = 250;
const PINGS_OUT_MAX = 2;
/** Output is gathered to this size before it is given to the socket within one turn. */
const GATHER_BYTES = 65_536;

/**
 * Starts the broker.
 * @throws BusError `NOT_LOOPBACK` for an address other hosts could reach (there is no
 *   authentication), `PORT_BUSY` when the port is taken.
 */
export async function startEmbeddedBroker(
  options: EmbeddedBrokerOptions = {},
): Promise<EmbeddedBroker> {
  const { host = '127.0.0.1', port = 0, ...stated } = options;
  if (!/^(127(\.\d{1,3}){3}|::1|localhost)$/.test(host)) {
    throw new BusError(
      'NOT_LOOPBACK',
      `the embedded broker listens on loopback only, not ${host}`,
      {
        hint: 'use nats-server, with authentication, for other hosts',
      },
    );
  }
  const broker = new SocketBroker({ ...DEFAULTS, ...stated });
  await broker.listen(host, port);
  return broker;
}

class SocketBroker implements EmbeddedBroker {
  readonly kind = 'embedded';
  readonly durable = false;
  readonly #limits: Limits;
  readonly #exchange: BrokerExchange;
  readonly #server: Server;
  readonly #links = new Set<ClientLink>();
  readonly #serverId = randomBytes(16).toString('hex').toUpperCase();
  #sweep: NodeJS.Timeout | undefined;
  #clientId = 0;
  #address: AddressInfo = { address: '', family: '', port: 0 };

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#exchange = new BrokerExchange(limits);
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  get host(): string {
    return this.#address.address;
  }
  get port(): number {
    return this.#address.port;
  }
  get url(): string {
    const host = this.#address.family === 'IPv6' ? `[${this.host}]` : this.host;
    return `nats://${host}:${this.port}`;
  }

  counts(): Readonly<BrokerCounts> {
    return { ...this.#exchange.counts };
  }

  async listen(host: string, port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        const busy = error.code === 'EADDRINUSE';
        const message = busy ? `port ${port} is taken` : `cannot listen: ${error.message}`;
        reject(new BusError(busy ? 'PORT_BUSY' : 'SERVER_FAILED', message, { cause: error }));
      });
      this.#server.listen(port, host, resolve);
    });
    const address = this.#server.address();
    if (address !== null && typeof address !== 'string') this.#address = address;
    this.#sweep = setInterval(() => this.#sweepLinks(), SWEEP_MS);
    this.#sweep.unref();
  }

  async drain(graceMs: number): Promise<void> {
    this.#server.close();
    for (const link of this.#links) link.sendInfo(this.#info(link.clientId, true));
    const untilMs = performance.now() + graceMs;
    while (this.#links.size > 0 && performance.now() < untilMs) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await this.close();
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    const closed = new Promise<void>((resolve) => {
      if (this.#server.listening) this.#server.close(() => resolve());
      else resolve();
    });
    for (const link of this.#links) link.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    if (this.#links.size >= this.#limits.connectionsMax) {
      this.#exchange.counts.refusedConnections += 1;
      socket.on('error', () => socket.destroy());
      socket.end("-ERR 'Maximum Connections Exceeded'\r\n");
      return;
    }
    this.#clientId += 1;
    const link = new ClientLink({
      socket,
      exchange: this.#exchange,
      limits: this.#limits,
      clientId: this.#clientId,
      onClose: () => this.#links.delete(link),
    });
    this.#links.add(link);
    link.sendInfo(this.#info(this.#clientId, false));
  }

  #info(clientId: number, leaving: boolean): string {
    const info = {
      server_id: this.#serverId,
      server_name: 'tickwire-embedded',
      // Clients choose features by it: the protocol of this release, without streams.
      version: '2.9.0',
      proto: 1,
      host: this.host,
      port: this.port,
      headers: true,
      max_payload: this.#limits.payloadBytesMax,
      client_id: clientId,
      ...(leaving ? { ldm: true } : {}),
    };
    return `INFO ${JSON.stringify(info)}\r\n`;
  }

  #sweepLinks(): void {
    const nowMs = performance.now();
    for (const link of this.#links) link.sweep(nowMs);
  }
}

/** One socket: gathers output, bounds what waits, notices who takes nothing. */
class ClientLink implements Outlet {
  readonly clientId: number;
  readonly #socket: Socket;
  readonly #session: BrokerSession;
  readonly #exchange: BrokerExchange;
  readonly #limits: Limits;
  readonly #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  #flushQueued = false;
  #lastPingMs: number;
  #lastTakenBytes = 0;
  #lastTakenMs: number;
  #ended = false;

  constructor(parts: {
    socket: Socket;
    exchange: BrokerExchange;
    limits: Limits;
    clientId: number;
    onClose: () => void;
  }) {
    this.#socket = parts.socket;
    this.#exchange = parts.exchange;
    this.#limits = parts.limits;
    this.clientId = parts.clientId;
    this.#lastPingMs = performance.now();
    this.#lastTakenMs = this.#lastPingMs;
    this.#session = parts.exchange.open(this);
    const { socket } = parts;
    socket.on('data', (chunk: Buffer) => this.#session.feed(chunk));
    // The close event follows: nothing to do about a reset but to let go.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#ended = true;
      this.#session.close();
      parts.onClose();
    });
  }

  sendInfo(line: string): void {
    this.write(Buffer.from(line));
  }

  write(bytes: Uint8Array): boolean {
    if (this.#ended) return false;
    this.#gathered.push(bytes);
    this.#gatheredBytes += bytes.length;
    if (this.#gatheredBytes + this.#socket.writableLength > this.#limits.pendingBytesMax) {
      this.#cutSlow();
      return false;
    }
    if (this.#gatheredBytes >= GATHER_BYTES) this.#flush();
    else if (!this.#flushQueued) {
      this.#flushQueued = true;
      setImmediate(() => this.#flush());
    }
    return true;
  }

  end(text: string): void {
    if (this.#ended) return;
    this.#flush();
    this.#ended = true;
    this.#socket.end(text);
    // A client that does not read must not keep the socket.
    const timer = setTimeout(() => this.#socket.destroy(), 1_000);
    timer.unref();
    this.#socket.once('close', () => clearTimeout(timer));
  }

  destroy(): void {
    this.#flush();
    this.#ended = true;
    this.#socket.destroy();
  }

  sweep(nowMs: number): void {
    const taken = this.#socket.bytesWritten - this.#socket.writableLength;
    if (taken !== this.#lastTakenBytes || this.#socket.writableLength === 0) {
      this.#lastTakenBytes = taken;
      this.#lastTakenMs = nowMs;
    } else if (nowMs - this.#lastTakenMs > this.#limits.writeDeadlineMs) this.#cutSlow();
    if (this.#ended || nowMs - this.#lastPingMs < this.#limits.pingIntervalMs) return;
    this.#lastPingMs = nowMs;
    if (this.#session.pingsOut >= PINGS_OUT_MAX) {
      this.#exchange.counts.staleConnections += 1;
      this.#session.cut('Stale Connection');
      return;
    }
    this.#session.pingsOut += 1;
    this.write(Buffer.from('PING\r\n'));
  }

  #cutSlow(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#gathered.length = 0;
    this.#exchange.counts.slowConsumers += 1;
    this.#session.close();
    this.#socket.destroy();
  }

  #flush(): void {
    this.#flushQueued = false;
    if (this.#gathered.length === 0 || this.#ended) return;
    const bytes = this.#gathered.length === 1 ? this.#gathered[0] : Buffer.concat(this.#gathered);
    this.#gathered.length = 0;
    this.#gatheredBytes = 0;
    if (bytes !== undefined) this.#socket.write(bytes);
  }
}
