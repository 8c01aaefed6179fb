/**
 * One client's WebSocket: protocol session, outgoing queue, liveness and faults put together.
 *
 * The `ws` library does the handshake and reads frames; data frames are written to the socket here,
 * because they are rendered once for all clients and leave in batches.
 */
import type { Socket } from 'node:net';
import type { TimerHandle, Timers } from '@tickwire/core';
import { WebSocket } from 'ws';
import type { RawData } from 'ws';
import type { FanOut, Listener, OutgoingMessage } from './fan-out.ts';
import { FaultInjector } from './fault-injector.ts';
import type { FaultLog } from './fault-log.ts';
import type { ConnectionFaultRule, FaultPlan } from './faults.ts';
import { Mute } from './mute.ts';
import type { Random } from './random.ts';
import { SendQueue } from './send-queue.ts';
import { controlKind } from './sent-counts.ts';
import type { CloseReason, ControlKind, SentCounts } from './sent-counts.ts';
import { refusalText } from './session.ts';
import type { Session } from './session.ts';
import type { FrameArena, FrameSlice } from './text-frames.ts';
import { WS_PING_TIMEOUT } from './vendor-errors.ts';

/** Where one connection's messages are counted, as `ConnectionLog` of io-service does it. */
export interface ConnectionAccount {
  add(messages: number): void;
  close(end: { reason: string; undelivered: number }): void;
}

export interface ConnectionOptions {
  /** From 1, in the order of arrival. */
  readonly number: number;
  readonly ws: WebSocket;
  readonly socket: Socket;
  readonly session: Session;
  readonly fanOut: FanOut;
  /** Where this connection's own texts are rendered. */
  readonly arena: FrameArena;
  readonly counts: SentCounts;
  readonly timers: Timers;
  /** Monotonic ms. */
  readonly monotonicMs: () => number;
  /** ms since the Unix epoch, the venue's clock. */
  readonly venueMs: () => number;
  /** Silence of the client after which it is disconnected. */
  readonly silenceMsMax: number;
  readonly bufferedBytesMax: number;
  readonly faults: FaultPlan;
  /** Rules that act once in the simulator's life and have acted. */
  readonly spentRules: Set<ConnectionFaultRule>;
  readonly random: Random;
  readonly log: FaultLog;
  readonly topicName: (topicId: number) => string;
  readonly onClosed: (connection: Connection) => void;
  readonly account: ConnectionAccount;
}

export class Connection implements Listener {
  readonly number: number;
  readonly session: Session;
  readonly #options: ConnectionOptions;
  readonly #queue: SendQueue;
  readonly #injector: FaultInjector | undefined;
  readonly #timers = new Set<TimerHandle>();
  readonly #append: (frame: FrameSlice, kind: number) => void;
  #mute: Mute | undefined;
  #halfOpen = false;
  #ended = false;
  #endReason = 'client';
  #heardAtMs: number;

  constructor(options: ConnectionOptions) {
    const { ws, socket, counts, faults, random, log, arena } = options;
    this.#options = options;
    this.number = options.number;
    this.session = options.session;
    const { account } = options;
    this.#queue = new SendQueue({
      ...{ socket, counts, bytesMax: options.bufferedBytesMax },
      onGiven: (messages) => account.add(messages),
    });
    this.#append = (frame, kind) => this.#queue.append(frame, kind);
    const rules = faults.message;
    if (rules.length > 0) {
      this.#injector = new FaultInjector({ rules, random, log, connection: this.number, arena });
    }
    this.#heardAtMs = options.monotonicMs();
    ws.on('message', (data, isBinary) => this.#receive(data, isBinary));
    ws.on('close', () => {
      this.#end('client');
      const undelivered = this.#queue.untaken;
      counts.addUndelivered(undelivered);
      account.close({ reason: this.#endReason, undelivered });
    });
    ws.on('error', () => this.#end('client'));
  }

  /** Messages given to this client's socket. */
  get sent(): number {
    return this.#queue.given;
  }

  /** Sends the welcome and starts the clocks of liveness and faults. */
  open(): void {
    this.send(this.session.welcome(), 'welcome');
    this.flush();
    this.#watchSilence(this.#options.silenceMsMax);
    for (const rule of this.#options.faults.connection) this.#plan(rule);
  }

  deliver(message: OutgoingMessage): void {
    if (this.#mute !== undefined) this.#mute.omit(message);
    else if (this.#injector !== undefined) this.#injector.pass(message, this.#append);
    else this.#queue.append(message.frame, message.kind);
  }

  /** Gathers a text of this connection alone. */
  send(text: string, kind: ControlKind): void {
    if (this.#ended || this.#halfOpen) return;
    this.#queue.append(this.#options.arena.write(text), controlKind(kind));
  }

  /** Writes what was gathered; a client that reads too slowly is disconnected. */
  flush(): void {
    if (this.#ended) return;
    if (this.#options.ws.readyState !== WebSocket.OPEN) this.#queue.discard();
    else if (this.#queue.flush() === 'over') this.destroy('slow');
  }

  /** Ends with a close frame: everything given before it still reaches the client. */
  close(reason: CloseReason, code: number): void {
    if (this.#ended) return;
    this.#injector?.release(this.#append);
    this.flush();
    this.#end(reason);
    this.#options.ws.close(code);
  }

  /** Ends at once. What the kernel had not taken is counted as undelivered once it is closed. */
  destroy(reason: CloseReason): void {
    if (this.#ended) return;
    this.#end(reason);
    this.#options.ws.terminate();
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#ended || this.#halfOpen) return;
    const nowMs = this.#options.monotonicMs();
    this.#heardAtMs = nowMs;
    const answer = this.session.receive(isBinary ? '' : textOf(data), nowMs);
    const { fanOut, faults } = this.#options;
    for (const topicId of answer.ended) {
      fanOut.unsubscribe(topicId, this);
      this.#injector?.release(this.#append, topicId);
    }
    const { text, kind } = answer;
    if (text !== undefined && kind !== 'none') {
      if (kind === 'ack' && faults.slowAckMs > 0) {
        this.#after(faults.slowAckMs, () => {
          this.send(text, kind);
          this.flush();
        });
      } else {
        this.send(text, kind);
      }
    }
    for (const topicId of answer.begun) fanOut.subscribe(topicId, this);
    if (answer.hangUp) this.close('too-many-errors', 1008);
    else this.flush();
  }

  #watchSilence(delayMs: number): void {
    const { monotonicMs, silenceMsMax } = this.#options;
    this.#after(Math.ceil(delayMs), () => {
      const leftMs = this.#heardAtMs + silenceMsMax - monotonicMs();
      if (leftMs > 0) this.#watchSilence(leftMs);
      else if (!this.#halfOpen) {
        this.send(refusalText(this.session.connectId, WS_PING_TIMEOUT), 'error');
        this.close('ping-timeout', 1000);
      }
    });
  }

  #plan(rule: ConnectionFaultRule): void {
    this.#after(rule.afterMs, () => this.#act(rule));
  }

  #act(rule: ConnectionFaultRule): void {
    const { spentRules, log, venueMs, socket } = this.#options;
    if (this.#ended || (!rule.repeats && spentRules.has(rule))) return;
    if (!rule.repeats) spentRules.add(rule);
    log.add({ atMs: venueMs(), connection: this.number, fault: rule.fault });
    switch (rule.fault) {
      case 'disconnect':
        this.close('fault', 1000);
        return;
      case 'reset':
        this.#end('fault');
        socket.resetAndDestroy();
        return;
      case 'halfopen':
        this.#halfOpen = true;
        this.#mute ??= new Mute(rule.fault);
        this.#queue.discard();
        socket.pause();
        return;
      case 'freeze':
        this.#mute ??= new Mute(rule.fault);
        if (rule.forMs !== undefined) {
          this.#after(rule.forMs, () => {
            if (!this.#halfOpen) this.#tellMute();
            if (rule.repeats) this.#plan(rule);
          });
        }
    }
  }

  #tellMute(): void {
    const { log, venueMs, topicName } = this.#options;
    this.#mute?.tell(log, { atMs: venueMs(), connection: this.number, name: topicName });
    this.#mute = undefined;
  }

  #after(delayMs: number, run: () => void): void {
    const handle = this.#options.timers.setTimer(delayMs, () => {
      this.#timers.delete(handle);
      run();
    });
    this.#timers.add(handle);
  }

  #end(reason: CloseReason): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#endReason = reason;
    const { fanOut, timers, counts, onClosed } = this.#options;
    for (const topicId of this.session.subscribed) fanOut.unsubscribe(topicId, this);
    for (const timer of this.#timers) timers.clearTimer(timer);
    this.#queue.discard();
    this.#tellMute();
    counts.addClosed(reason);
    onClosed(this);
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}
