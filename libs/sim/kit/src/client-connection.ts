/**
 * One client of a simulator: the vendor's protocol, the outgoing queue, liveness, faults and the
 * log put together, over any transport.
 */
import type { TimerHandle } from '@tickwire/core';
import type { ClientConnectionOptions } from './client-connection-options.ts';
import type { ClientSession, Reply, SentTraffic } from './client-session.ts';
import { ConnectionFaults } from './connection-faults.ts';
import { DroppingQueue } from './dropping-queue.ts';
import { FaultInjector } from './fault-injector.ts';
import type { Append } from './fault-injector.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { FrameSlice } from './frame-writer.ts';
import type { Listener, OutgoingMessage, Payload } from './outgoing-message.ts';
import { SendQueue } from './send-queue.ts';
import type { OutgoingQueue, QueueOptions } from './send-queue.ts';

export class ClientConnection implements Listener {
  readonly number: number;
  readonly session: ClientSession;
  readonly #options: ClientConnectionOptions;
  readonly #queue: OutgoingQueue;
  readonly #timers = new Set<TimerHandle>();
  readonly #connectionFaults: ConnectionFaults;
  readonly #append: Append;
  #faults: FaultPlan;
  #injector: FaultInjector | undefined;
  #ended = false;
  #endReason = 'client';
  #heardAtMs: number;

  constructor(options: ClientConnectionOptions) {
    const { transport } = options;
    this.#options = options;
    this.number = options.number;
    this.session = options.session;
    this.#queue = this.#queueOf(options);
    this.#append = (frame, kind, payload) => this.#take(frame, kind, payload);
    this.#faults = options.faults;
    this.#injector = this.#injectorOf(options.faults);
    this.#connectionFaults = new ConnectionFaults({
      ...options,
      ...{ connection: this.number, log: options.faultLog },
      act: (fault) => this.#act(fault),
    });
    this.#heardAtMs = options.monotonicMs();
    transport.onMessage((payload, isBinary) => this.#receive(payload, isBinary));
    transport.onClosed(() => this.#closed());
    transport.onError(() => this.#end('client'));
  }

  /** Messages given to this client's socket. */
  get sent(): number {
    return this.#queue.given;
  }

  /** Sends the welcome and starts the clocks of liveness and faults. */
  open(): void {
    const { log, venueMs, silence } = this.#options;
    log?.session.add({ event: 'connected', atMs: venueMs(), connection: this.number });
    if (this.session.welcome !== undefined) this.send(this.session.welcome);
    this.flush();
    if (silence !== undefined) this.#watchSilence(silence.msMax);
    this.#connectionFaults.set(this.#faults.connection);
  }

  /**
   * Faults from now on, in the place of those before; times count from now. What is held back is
   * sent, a frozen connection goes on, one that is half open stays so.
   */
  setFaults(faults: FaultPlan): void {
    if (this.#ended) return;
    this.#injector?.release(this.#append);
    this.#faults = faults;
    this.#injector = this.#injectorOf(faults);
    this.#connectionFaults.set(faults.connection);
    this.flush();
  }

  deliver(message: OutgoingMessage): void {
    if (this.#connectionFaults.omit(message)) return;
    if (this.#connectionFaults.takeCut()) this.#cut(message);
    else if (this.#injector !== undefined) this.#injector.pass(message, this.#append);
    else this.#take(message.frame, message.kind, message.payload);
  }

  /** Gathers a message of this connection alone. */
  send({ payload, kind }: Reply): void {
    if (this.#ended || this.#connectionFaults.isHalfOpen) return;
    this.#take(this.#options.frames.write(payload), kind, payload);
  }

  /** Gathers a frame as it is. False when nothing is told to this client now. */
  inject(frame: FrameSlice, kind: number): boolean {
    if (this.#ended || this.#connectionFaults.isMute) return false;
    this.#queue.append(frame, kind, { kind: 'injected', instrument: '' });
    return true;
  }

  /** Writes what was gathered; a client that reads too slowly is disconnected. */
  flush(): void {
    if (this.#ended) return;
    if (!this.#options.transport.isOpen) this.#queue.discard();
    else if (this.#queue.flush() === 'over') this.destroy('slow');
  }

  /** Ends in order: everything given before it still reaches the client. */
  close(reason: string, code: number): void {
    if (this.#ended) return;
    this.#injector?.release(this.#append);
    this.flush();
    this.#end(reason);
    this.#options.transport.close(code);
  }

  /** Ends at once. What the kernel had not taken is counted as undelivered once it is closed. */
  destroy(reason: string): void {
    if (this.#ended) return;
    this.#end(reason);
    this.#options.transport.terminate();
  }

  #take(frame: FrameSlice, kind: number, payload: Payload): void {
    this.#queue.append(frame, kind, this.#options.log?.traffic.sent(payload, kind));
  }

  #queueOf(options: ClientConnectionOptions): OutgoingQueue {
    const { transport, counts, kinds, bufferedBytesMax, slowClient } = options;
    const common: QueueOptions = {
      ...{ socket: transport.socket, counts, kinds, bytesMax: bufferedBytesMax },
      onGiven: (messages, lines) => this.#given(messages, lines),
    };
    if (slowClient === undefined || slowClient === 'disconnect') return new SendQueue(common);
    const onDropped = (line: SentTraffic | undefined): void => this.#dropped(line);
    return new DroppingQueue({ ...common, policy: slowClient, onDropped });
  }

  #given(messages: number, lines: readonly SentTraffic[]): void {
    const { account, log, venueMs } = this.#options;
    account?.add(messages);
    if (log === undefined) return;
    const atMs = venueMs();
    for (const line of lines) {
      log.session.add({ event: 'sent', atMs, connection: this.number, ...line });
    }
  }

  /** The client reads too slowly: what it does not get is a fault like any other. */
  #dropped({ instrument = '', sequenceStart, sequenceEnd }: Partial<SentTraffic> = {}): void {
    const { faultLog, venueMs } = this.#options;
    const isSequenced = sequenceStart !== undefined && sequenceEnd !== undefined;
    faultLog.add({
      ...{ atMs: venueMs(), connection: this.number, fault: 'slow', instrument, omitted: 1 },
      ...(isSequenced ? { sequenceStart, sequenceEnd } : {}),
    });
  }

  #injectorOf(faults: FaultPlan): FaultInjector | undefined {
    if (faults.message.length === 0) return undefined;
    const { faultTopics, faultLog, garbageKind, random, frames } = this.#options;
    return new FaultInjector({
      ...{ rules: faults.message, topics: faultTopics, garbageKind, random, frames },
      ...{ log: faultLog, connection: this.number },
    });
  }

  #receive(payload: Buffer, isBinary: boolean): void {
    if (this.#ended || this.#connectionFaults.isHalfOpen) return;
    const { log, subscriptions, monotonicMs, venueMs } = this.#options;
    const nowMs = monotonicMs();
    this.#heardAtMs = nowMs;
    if (log !== undefined) {
      const asked = log.traffic.asked(payload);
      const { number: connection } = this;
      log.session.add({ event: 'asked', atMs: venueMs(), connection, ...asked });
    }
    const answer = this.session.receive(payload, { isBinary, nowMs });
    for (const topicId of answer.ended) {
      subscriptions.unsubscribe(topicId, this);
      this.#injector?.release(this.#append, topicId);
    }
    if (answer.reply !== undefined) this.#reply(answer.reply);
    for (const topicId of answer.begun) subscriptions.subscribe(topicId, this);
    if (answer.hangUp) this.close('too-many-errors', 1008);
    else this.flush();
  }

  #reply(reply: Reply): void {
    const { slowAckMs } = this.#faults;
    if (reply.isAck !== true || slowAckMs === 0) {
      this.send(reply);
      return;
    }
    this.#after(slowAckMs, () => {
      this.send(reply);
      this.flush();
    });
  }

  #watchSilence(delayMs: number): void {
    const { monotonicMs, silence } = this.#options;
    if (silence === undefined) return;
    this.#after(Math.ceil(delayMs), () => {
      const leftMs = this.#heardAtMs + silence.msMax - monotonicMs();
      if (leftMs > 0) this.#watchSilence(leftMs);
      else if (!this.#connectionFaults.isHalfOpen) {
        if (silence.last !== undefined) this.send(silence.last);
        this.close('ping-timeout', 1000);
      }
    });
  }

  #act(fault: 'disconnect' | 'reset' | 'halfopen'): void {
    const { socket } = this.#options.transport;
    if (fault === 'disconnect') {
      this.close('fault', 1000);
    } else if (fault === 'reset') {
      this.#end('fault');
      socket.resetAndDestroy();
    } else {
      this.#queue.discard();
      socket.pause();
    }
  }

  /** Half of a message, then a reset: what was written before has arrived, the rest never does. */
  #cut(message: OutgoingMessage): void {
    const { faultLog, faultTopics, transport } = this.#options;
    const { instrument, sequenceStart, sequenceEnd, frame, nowMs } = message;
    this.flush();
    faultLog.add({
      ...{ atMs: nowMs, connection: this.number, fault: 'cut', instrument, omitted: 1 },
      subject: faultTopics[message.kind] ?? '',
      ...(sequenceEnd > 0 ? { sequenceStart, sequenceEnd } : {}),
    });
    const half = frame.start + Math.ceil((frame.end - frame.start) / 2);
    this.#end('fault');
    transport.socket.write(frame.bytes.subarray(frame.start, half), () =>
      transport.socket.resetAndDestroy(),
    );
  }

  #after(delayMs: number, run: () => void): void {
    const handle = this.#options.timers.setTimer(delayMs, () => {
      this.#timers.delete(handle);
      run();
    });
    this.#timers.add(handle);
  }

  #closed(): void {
    const { counts, account, log, venueMs, onGone } = this.#options;
    this.#end('client');
    const undelivered = this.#queue.untaken;
    counts.addUndelivered(undelivered);
    account?.close({ reason: this.#endReason, undelivered });
    log?.session.add({
      ...{ event: 'closed', atMs: venueMs(), connection: this.number },
      ...{ reason: this.#endReason, sent: this.#queue.given, undelivered },
    });
    onGone();
  }

  #end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#endReason = reason;
    const { subscriptions, timers, counts, onClosed } = this.#options;
    for (const topicId of this.session.subscribed) subscriptions.unsubscribe(topicId, this);
    for (const timer of this.#timers) timers.clearTimer(timer);
    this.#queue.discard();
    this.#connectionFaults.end();
    counts.addClosed(reason);
    onClosed();
  }
}
