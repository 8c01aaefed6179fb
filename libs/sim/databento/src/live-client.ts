/**
 * One client: the protocol, its records, its socket, heartbeats and faults put together.
 *
 * Bound: what waits in `ClientOutput`; beyond it records stay in the log, and `SlowReader` says
 * what becomes of a client that gets too far behind there.
 */
import type { Socket } from 'node:net';
import type { TimerHandle, Timers } from '@tickwire/core';
import type { FaultEntry, Random } from '@tickwire/sim-kit';
import { ErrorCode, SCHEMA_NAMES, SystemCode } from '@tickwire/wire-dbn';
import { ClientFaults } from './client-faults.ts';
import type { ClientFault } from './client-faults.ts';
import { ClientOutput } from './client-output.ts';
import type { DatabentoFaults } from './faults.ts';
import { Heartbeat } from './heartbeat.ts';
import { refusalLine } from './live-session.ts';
import type { LiveSession, RefusalReason, SessionAction, SessionChoices } from './live-session.ts';
import { NoticeQueue } from './notice-queue.ts';
import { Notices } from './notices.ts';
import { PacedActions } from './paced-actions.ts';
import { SessionStream } from './session-stream.ts';
import { SessionSubscriptions } from './session-subscriptions.ts';
import type { SharedDataset } from './session-subscriptions.ts';
import type { ClientCounts, SessionEnd, SessionReport } from './simulator-counts.ts';
import { SlowReader } from './slow-reader.ts';
import type { Subscription } from './subscription.ts';

const CHUNK_BYTES = 64 * 1024;
/** A fault that skips takes so many records of the log. */
const SKIP_RECORDS = 200;
/** Subscriptions of one session, and the symbols in them: what it asks for is kept and answered. */
const SUBSCRIPTIONS_MAX = 10_000;
const SYMBOLS_MAX = 1_000_000;
/** Notices that wait for a client: one more subscription is refused. */
const NOTICES_MAX = 1_000_000;

export interface LiveClientOptions {
  readonly number: number;
  readonly socket: Socket;
  readonly session: LiveSession;
  readonly shared: SharedDataset;
  readonly faults: DatabentoFaults;
  readonly random: Random;
  readonly timers: Timers;
  readonly behindMax: number;
  readonly authTimeoutMs: number;
  readonly subscriptionsPerSecMax: number;
  readonly counts: ClientCounts;
  /** The gateway's clock, ns after the opening. */
  readonly nowNs: () => number;
  /** ms of a clock that no fault moves. */
  readonly monotonicMs: () => number;
  /** The client has started its session. */
  readonly onStarted: () => void;
  readonly onFault: (entry: Omit<FaultEntry, 'atMs' | 'connection'>) => void;
  readonly onEnded: (report: SessionReport) => void;
}

/** What a session has once it is authenticated. */
interface Streaming {
  readonly stream: SessionStream;
  readonly notices: Notices;
  readonly subscriptions: SessionSubscriptions;
  readonly slowReader: SlowReader;
  readonly choices: SessionChoices;
  readonly out: ClientOutput;
}

export class LiveClient {
  readonly #options: LiveClientOptions;
  #faults: ClientFaults;
  readonly #actions: PacedActions;
  readonly #waiting = new NoticeQueue();
  readonly #early: Subscription[] = [];
  #subscriptions = 0;
  /** Symbols that it has subscribed, under whichever name and how often. */
  #symbols = 0;
  #streaming: Streaming | undefined;
  #isStarted = false;
  #isPumping = false;
  #isHalfOpen = false;
  #isCutDue = false;
  #notices = 0;
  #cut = 0;
  #end: SessionEnd | undefined;
  #authTimer: TimerHandle | undefined;
  #heartbeat: Heartbeat | undefined;

  constructor(options: LiveClientOptions) {
    this.#options = options;
    const { socket, timers, authTimeoutMs, subscriptionsPerSecMax } = options;
    this.#actions = new PacedActions({
      ...{ subscriptionsPerSecMax, timers, monotonicMs: options.monotonicMs },
      act: (action) => {
        this.#do(action);
        this.pump();
      },
      hold: () => socket.pause(),
      resume: () => this.#resume(),
    });
    this.#faults = this.#faultsOf(options.faults);
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('end', () => this.close('client'));
    socket.on('close', () => this.#ended('client'));
    socket.on('drain', () => this.pump());
    socket.write(options.session.greeting);
    this.#authTimer = timers.setTimer(authTimeoutMs, () => {
      this.#close('auth-timeout', refusalLine('Authentication timed out.'));
    });
  }

  get report(): SessionReport {
    const counts = this.#streaming?.stream.counts;
    const sent = SCHEMA_NAMES.map((name, schema) => [name, counts?.sent[schema] ?? 0] as const);
    const { slow = 0, omitted = 0, unseen = 0 } = counts ?? {};
    return {
      session: this.#options.number,
      sent: Object.fromEntries(sent.filter(([, records]) => records > 0)),
      notices: this.#notices,
      skipped: { slow, omitted, cut: this.#cut, unseen },
      behind: this.#isStarted ? (this.#streaming?.stream.behind ?? 0) : 0,
      end: this.#end,
    };
  }

  get isAuthenticated(): boolean {
    return this.#streaming !== undefined;
  }

  /** Records of the log that are ahead of it; 0 of one that does not take any. */
  get behind(): number {
    const isTaking = this.#isStarted && !this.#isHalfOpen && this.#end === undefined;
    return isTaking ? (this.#streaming?.stream.behind ?? 0) : 0;
  }

  /** Gives what there is, as far as the socket takes it. */
  pump(): void {
    const streaming = this.#streaming;
    if (streaming === undefined || !this.#isStarted || this.#isPumping) return;
    if (this.#end !== undefined || this.#isHalfOpen) return;
    this.#isPumping = true;
    streaming.slowReader.watch();
    while (this.#end === undefined && streaming.out.hasRoom && this.#writeNext(streaming));
    streaming.out.flush();
    this.#isPumping = false;
  }

  /** Faults in time from now on; which records are left out was settled at its start. */
  setFaults(faults: DatabentoFaults): void {
    this.#faults.end();
    this.#faults = this.#faultsOf(faults);
    if (this.#streaming !== undefined && this.#end === undefined) this.#faults.start();
  }

  /** Ends at once, as a gateway that is gone. */
  destroy(end: SessionEnd): void {
    this.#ended(end);
    this.#options.socket.resetAndDestroy();
  }

  /** Ends in order: what was given before still arrives. */
  close(end: SessionEnd): void {
    if (this.#end !== undefined) return;
    this.#ended(end);
    (this.#streaming?.out ?? this.#options.socket).end();
  }

  #faultsOf(faults: DatabentoFaults): ClientFaults {
    const { timers } = this.#options;
    return new ClientFaults({ timers, faults, act: (fault) => this.#act(fault) });
  }

  /** Writes a notice, or records up to the next one. False when nothing is to be said now. */
  #writeNext({ out, stream }: Streaming): boolean {
    const { nowNs, counts } = this.#options;
    const notice = this.#waiting.shift();
    if (notice !== undefined) {
      this.#heartbeat?.spoke();
      this.#notices += 1;
      counts.addSent(1);
      out.write(notice);
      return true;
    }
    const chunk = new Uint8Array(CHUNK_BYTES);
    const before = stream.next;
    const sentBefore = total(stream.counts.sent);
    const bytes = stream.fill(chunk, nowNs());
    counts.addSent(total(stream.counts.sent) - sentBefore);
    if (bytes > 0) this.#heartbeat?.spoke();
    if (bytes > 0 && this.#isCutDue) this.#cutWithin(chunk.subarray(0, bytes), out);
    else if (bytes > 0) out.write(chunk.subarray(0, bytes));
    return bytes > 0 || stream.next > before || this.#waiting.length > 0;
  }

  #receive(bytes: Uint8Array): void {
    if (this.#end !== undefined || this.#isHalfOpen) return;
    this.#actions.take(this.#options.session.receive(bytes));
  }

  #resume(): boolean {
    if (this.#end !== undefined || this.#isHalfOpen) return false;
    this.#options.socket.resume();
    return true;
  }

  #do(action: SessionAction): void {
    if (this.#end !== undefined) return;
    if (action.do === 'say') this.#options.socket.write(action.text);
    else if (action.do === 'authenticated') this.#authenticated(action.choices);
    else if (action.do === 'subscribe') this.#subscribe(action.subscription);
    else if (action.do === 'start') this.#start();
    else this.#refuse(action.reason, action.detail);
  }

  #authenticated(choices: SessionChoices): void {
    const { shared, socket, timers, nowNs, faults, random, onFault } = this.#options;
    const { behindMax, monotonicMs } = this.#options;
    if (this.#authTimer !== undefined) timers.clearTimer(this.#authTimer);
    const { opensAtMs, instruments, log } = shared;
    const { tsOut, slowReaderBehavior } = choices;
    const notices = new Notices({ opensAtMs, tsOut, nowNs });
    const stream = new SessionStream({
      ...{ log, instrumentCount: instruments.length, opensAtMs, tsOut, slowReaderBehavior },
      omits: this.#faults.omits({ random, instruments, onFault }),
      onMark: (mark) => this.#reached(mark),
    });
    const subscriptions = new SessionSubscriptions({
      ...{ shared, notices, stream, random, badSymbol: faults.badSymbol },
      say: (notice) => this.#say(notice),
      onBadSymbol: (instrument) => onFault({ fault: 'bad-symbol', instrument }),
    });
    const slowReader = new SlowReader({
      ...{ stream, log, behindMax, monotonicMs },
      onWarning: () => {
        const text = 'Slow reader: the session is falling behind';
        this.#say(notices.system(SystemCode.SlowReaderWarning, text));
      },
    });
    const out = new ClientOutput({
      ...{ socket, compression: choices.compression },
      onDrain: () => this.pump(),
    });
    this.#streaming = { stream, notices, subscriptions, slowReader, choices, out };
    this.#faults.start();
    socket.resume();
  }

  #subscribe(subscription: Subscription): void {
    const { length } = this.#waiting;
    this.#subscriptions += 1;
    this.#symbols += subscription.symbols.length;
    if (this.#subscriptions > SUBSCRIPTIONS_MAX || this.#symbols > SYMBOLS_MAX) {
      const most = `${SUBSCRIPTIONS_MAX} subscriptions or ${SYMBOLS_MAX} symbols`;
      this.#refuse('subscription', `a session has at most ${most}`);
    } else if (length > NOTICES_MAX) {
      this.#refuse('subscription', `${length} answers wait for the client: read them first`);
    } else if (this.#isStarted) this.#take(subscription);
    else this.#early.push(subscription);
  }

  #take(subscription: Subscription): void {
    const problem = this.#streaming?.subscriptions.take(subscription);
    if (problem !== undefined) this.#refuse('subscription', problem);
  }

  #start(): void {
    const { shared } = this.#options;
    const streaming = this.#streaming;
    if (streaming === undefined) return;
    this.#isStarted = true;
    streaming.out.write(streaming.notices.metadata(shared.dataset));
    for (const subscription of this.#early.splice(0)) {
      if (this.#end === undefined) this.#take(subscription);
    }
    streaming.stream.start(streaming.subscriptions.earliest);
    const { timers, monotonicMs } = this.#options;
    this.#heartbeat = new Heartbeat({
      ...{ timers, monotonicMs, intervalMs: streaming.choices.heartbeatIntervalMs },
      onSilence: () => this.#beat(),
    });
    this.#options.onStarted();
  }

  #reached(mark: 'replayed' | 'skipped'): void {
    const streaming = this.#streaming;
    if (streaming === undefined) return;
    if (mark === 'replayed') {
      streaming.subscriptions.sayReplayed();
      return;
    }
    const text = 'Records were skipped: the session read too slowly';
    const code = ErrorCode.SkippedRecordsAfterSlowReading;
    this.#say(streaming.notices.error(code, text));
  }

  /** A heartbeat once nothing else was said for an interval. */
  #beat(): void {
    const { notices } = this.#streaming ?? {};
    if (this.#end !== undefined || notices === undefined) return;
    // One that could not be written yet is not said again.
    if (this.#waiting.length === 0) this.#say(notices.system(SystemCode.Heartbeat, 'Heartbeat'));
    this.pump();
  }

  #say(notice: Uint8Array): void {
    this.#waiting.push(notice);
  }

  #refuse(reason: RefusalReason, detail: string): void {
    const { counts, shared } = this.#options;
    counts.addRefused(reason);
    const streaming = this.#streaming;
    if (streaming === undefined) {
      this.#close('refused', refusalLine(detail));
      return;
    }
    const { notices, out } = streaming;
    if (!this.#isStarted) out.write(notices.metadata(shared.dataset));
    this.#say(notices.error(ErrorCode.InvalidSubscription, detail));
    counts.addSent(this.#waiting.length);
    this.#notices += this.#waiting.length;
    for (let notice = this.#waiting.shift(); notice !== undefined; notice = this.#waiting.shift()) {
      out.write(notice);
    }
    this.close('refused');
  }

  #close(end: SessionEnd, text: string): void {
    if (this.#end !== undefined) return;
    this.#ended(end);
    this.#options.socket.end(text);
  }

  #act(fault: ClientFault): void {
    const { onFault, socket, shared } = this.#options;
    if (this.#end !== undefined) return;
    onFault({ fault });
    if (fault === 'disconnect') this.close('fault');
    else if (fault === 'reset') this.destroy('fault');
    else if (fault === 'cut') this.#isCutDue = true;
    else if (fault === 'skip') {
      this.#streaming?.stream.skipTo(shared.log.end + SKIP_RECORDS, 'all');
    } else {
      this.#isHalfOpen = true;
      socket.pause();
    }
  }

  #cutWithin(bytes: Uint8Array, out: ClientOutput): void {
    this.#cut += 1;
    this.#ended('fault');
    out.cut(bytes);
  }

  #ended(end: SessionEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    const { timers, counts, onEnded } = this.#options;
    if (this.#authTimer !== undefined) timers.clearTimer(this.#authTimer);
    this.#actions.stop();
    this.#heartbeat?.stop();
    this.#faults.end();
    counts.addEnded(end);
    onEnded(this.report);
  }
}

function total(counts: Float64Array): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
