/** The line gateway's connection: subscription, heartbeat, silence, and coming back. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { HopCounters, StreamReason } from '@tickwire/core';
import type { CounterTable, Random } from '@tickwire/core';
import { LineError } from './line-error.ts';
import type { LineReason } from './line-error.ts';
import type { LineBug } from './line-bug.ts';
import type { LinePublisher } from './line-publisher.ts';

export const LINE_LIMITS = {
  symbolsPerMessage: 8,
  lineBytesMax: 4_096,
  /** Where one is wanted: the other tests have a `longHeartbeatMs`. */
  shortHeartbeatMs: 400,
  longHeartbeatMs: 20_000,
  watchMs: 100,
  staleMs: 4_000,
  backoffFirstMs: 200,
  backoffCapMs: 2_000,
} as const;

const CLOSE_MS = 1_000;
const LF = 0x0a;

export class LineFeed {
  readonly #publisher: LinePublisher;
  readonly #symbols: readonly string[];
  readonly #port: number;
  readonly #bug: LineBug;
  readonly #random: Random;
  readonly #heartbeatMs: number;
  readonly #wire;
  readonly #parse: HopCounters;
  readonly #started = Promise.withResolvers<void>();
  #socket: Socket | undefined;
  #rest: Buffer = Buffer.alloc(0);
  #isSkipping = false;
  #timers: NodeJS.Timeout[] = [];
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #lastDataMs = 0;
  #pongDueMs = Infinity;
  #lostBy: StreamReason | undefined;
  #oksDue = 0;
  #closed: PromiseWithResolvers<void> | undefined;

  constructor(parts: {
    publisher: LinePublisher;
    stats: CounterTable;
    symbols: readonly string[];
    port: number;
    bug: LineBug;
    /** Between two heartbeats, and to the answer of one. */
    heartbeatMs: number;
    random: Random;
  }) {
    this.#publisher = parts.publisher;
    this.#symbols = parts.symbols;
    this.#port = parts.port;
    this.#bug = parts.bug;
    this.#random = parts.random;
    this.#heartbeatMs = parts.heartbeatMs;
    this.#wire = new HopCounters(parts.stats, 'line.wire', 'message').out;
    this.#parse = new HopCounters(parts.stats, 'line.parse', 'message');
  }

  /** Connects; resolves when everything is subscribed for the first time. */
  start(): Promise<void> {
    this.#dial();
    return this.#started.promise;
  }

  /** Gives everything back, reads what was sent before, and ends. */
  async close(): Promise<void> {
    this.#closed = Promise.withResolvers<void>();
    clearTimeout(this.#retry);
    if (this.#socket === undefined) this.#closed.resolve();
    else {
      this.#oksDue = this.#batches(this.#symbols).length;
      for (const batch of this.#batches(this.#symbols)) this.#say(`UNSUB ${batch}`);
      setTimeout(() => this.#socket?.destroy(), CLOSE_MS).unref();
    }
    await this.#closed.promise;
    for (const timer of this.#timers) clearInterval(timer);
  }

  #dial(): void {
    const socket = connect(this.#port, '127.0.0.1');
    this.#socket = socket;
    this.#rest = Buffer.alloc(0);
    this.#isSkipping = false;
    this.#pongDueMs = Infinity;
    this.#lastDataMs = performance.now();
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (this.#socket === socket) this.#lose(StreamReason.Disconnected);
    });
  }

  #read(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (let end = this.#rest.indexOf(LF); end >= 0; end = this.#rest.indexOf(LF)) {
      const line = this.#rest.subarray(0, end).toString('latin1');
      this.#rest = this.#rest.subarray(end + 1);
      if (this.#isSkipping) this.#isSkipping = false;
      else this.#line(line);
    }
    if (this.#rest.length <= LINE_LIMITS.lineBytesMax) return;
    // One message, however long it is: counted here, its rest is skipped.
    if (!this.#isSkipping) this.#count(() => this.#reject('OVERSIZE'));
    this.#isSkipping = true;
    this.#rest = Buffer.alloc(0);
  }

  #line(line: string): void {
    this.#count(() => {
      try {
        if (line.length > LINE_LIMITS.lineBytesMax) throw new LineError('OVERSIZE');
        this.#take(line);
      } catch (error) {
        if (!(error instanceof LineError)) throw error;
        this.#reject(error.reason);
      }
    });
  }

  #count(handle: () => void): void {
    this.#wire.add(1);
    this.#parse.in.add(1);
    handle();
  }

  #reject(reason: LineReason): void {
    this.#parse.dropped(this.#bug === 'one-reason' ? 'BAD_FIELD' : reason).add(1);
  }

  #take(line: string): void {
    if (/^(HELLO|OK|PONG|ERR|LIST\b.*)$/.test(line)) {
      this.#parse.part('control').add(1);
      this.#parse.out.add(1);
      this.#control(line);
      return;
    }
    const isNew = this.#publisher.data(line);
    this.#parse.part(isNew ? 'accepted' : 'duplicate').add(1);
    this.#parse.out.add(1);
    this.#lastDataMs = performance.now();
    this.#failures = 0;
  }

  #control(line: string): void {
    if (line === 'HELLO') this.#say('LIST');
    if (line === 'PONG') this.#pongDueMs = Infinity;
    if (line.startsWith('LIST')) this.#onList(line.split('|').slice(1));
    if (line !== 'OK') return;
    this.#oksDue -= 1;
    if (this.#oksDue > 0) return;
    this.#started.resolve();
    if (this.#closed !== undefined) this.#socket?.end();
  }

  #onList(fields: readonly string[]): void {
    for (let at = 0; at + 2 < fields.length; at += 3) {
      const [symbol = '', price = '', size = ''] = fields.slice(at, at + 3);
      this.#publisher.define(symbol, price, size);
    }
    const forgets = this.#bug === 'forgets-symbol' && this.#lostBy === StreamReason.Disconnected;
    const batches = this.#batches(forgets ? this.#symbols.slice(0, -1) : this.#symbols);
    this.#oksDue = batches.length;
    for (const batch of batches) this.#say(`SUB ${batch}`);
    this.#timers = [
      setInterval(() => this.#beat(), this.#heartbeatMs),
      setInterval(() => this.#watch(), LINE_LIMITS.watchMs),
    ];
  }

  #batches(symbols: readonly string[]): string[] {
    const { symbolsPerMessage } = LINE_LIMITS;
    const batches: string[] = [];
    for (let at = 0; at < symbols.length; at += symbolsPerMessage) {
      batches.push(symbols.slice(at, at + symbolsPerMessage).join(' '));
    }
    return batches;
  }

  #beat(): void {
    this.#say('PING');
    this.#pongDueMs = Math.min(this.#pongDueMs, performance.now() + this.#heartbeatMs);
  }

  #watch(): void {
    if (this.#closed !== undefined) return;
    const nowMs = performance.now();
    if (nowMs > this.#pongDueMs && this.#bug !== 'deaf') this.#lose(StreamReason.HeartbeatMissed);
    else if (nowMs - this.#lastDataMs > LINE_LIMITS.staleMs) this.#lose(StreamReason.Quiet);
  }

  #lose(reason: StreamReason): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
    for (const timer of this.#timers) clearInterval(timer);
    // An attempt that carried nothing loses nothing.
    const hadData = this.#timers.length > 0;
    this.#timers = [];
    if (this.#closed !== undefined) {
      this.#closed.resolve();
      return;
    }
    if (hadData) {
      this.#lostBy = reason;
      this.#publisher.lost(reason);
    }
    const { backoffFirstMs, backoffCapMs } = LINE_LIMITS;
    const capMs = Math.min(backoffCapMs, backoffFirstMs * 2 ** this.#failures);
    this.#failures += 1;
    const delayMs = this.#bug === 'hammers' ? 0 : this.#random() * capMs;
    this.#retry = setTimeout(() => this.#dial(), delayMs);
  }

  #say(line: string): void {
    this.#socket?.write(`${line}\n`);
  }
}
