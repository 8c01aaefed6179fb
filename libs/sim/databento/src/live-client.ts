/**
 * One client: the protocol, its records, its socket, heartbeats and faults put together.
 *
 * Bound: `SOCKET_BYTES_MAX` wait in the socket; beyond it records stay in the log, and a client
 * that gets too far behind there is warned, then loses what its slow reader behaviour lets it lose.
 */
import type { Socket } from 'node:net';
import { constants, createZstdCompress } from 'node:zlib';
import type { ZstdCompress } from 'node:zlib';
import type { TimerHandle, Timers } from '@tickwire/core';
import type { FaultEntry, Random } from '@tickwire/sim-kit';
import { ErrorCode, SCHEMA_NAMES, SystemCode } from '@tickwire/wire-dbn';
import { ClientFaults } from './client-faults.ts';
import type { DatabentoFaults } from './faults.ts';
import { refusalLine } from './live-session.ts';
import type { LiveSession, RefusalReason, SessionAction, SessionChoices } from './live-session.ts';
import { Notices } from './notices.ts';
import { SessionStream } from './session-stream.ts';
import { SessionSubscriptions } from './session-subscriptions.ts';
import type { SharedDataset } from './session-subscriptions.ts';
import type { SessionEnd, SessionReport, SimulatorCounts } from './simulator-counts.ts';
import type { Subscription } from './subscription.ts';

const SOCKET_BYTES_MAX = 256 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** A fault that skips takes so many records of the log. */
const SKIP_RECORDS = 200;
const CUT_BYTES = 5;

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
  readonly counts: SimulatorCounts;
  /** The gateway's clock, ns after the opening. */
  readonly nowNs: () => number;
  /** ms of a clock that no fault moves. */
  readonly monotonicMs: () => number;
  readonly onFault: (entry: Omit<FaultEntry, 'atMs' | 'connection'>) => void;
  readonly onEnded: (report: SessionReport) => void;
}

/** What a session has once it is authenticated. */
interface Streaming {
  readonly stream: SessionStream;
  readonly notices: Notices;
  readonly subscriptions: SessionSubscriptions;
  readonly choices: SessionChoices;
  readonly out: Socket | ZstdCompress;
}

export class LiveClient {
  readonly #options: LiveClientOptions;
  readonly #faults: ClientFaults;
  readonly #waiting: Uint8Array[] = [];
  readonly #early: Subscription[] = [];
  #streaming: Streaming | undefined;
  #isStarted = false;
  #isPumping = false;
  #isWarned = false;
  #isHalfOpen = false;
  #isCutDue = false;
  #notices = 0;
  #cut = 0;
  #end: SessionEnd | undefined;
  #authTimer: TimerHandle | undefined;
  #heartbeatTimer: TimerHandle | undefined;
  #spokeAtMs = 0;

  constructor(options: LiveClientOptions) {
    this.#options = options;
    const { socket, timers, faults, authTimeoutMs } = options;
    this.#faults = new ClientFaults({ timers, faults, act: (fault) => this.#act(fault) });
    socket.on('data', (bytes) => this.#receive(bytes));
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

  /** Gives what there is, as far as the socket takes it. */
  pump(): void {
    const streaming = this.#streaming;
    if (streaming === undefined || !this.#isStarted || this.#isPumping) return;
    if (this.#end !== undefined || this.#isHalfOpen) return;
    this.#isPumping = true;
    this.#watchPace(streaming);
    while (this.#isOpen(streaming) && this.#writeNext(streaming));
    if ('flush' in streaming.out) streaming.out.flush(constants.ZSTD_e_flush);
    this.#isPumping = false;
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
    this.#endOutput();
  }

  #isOpen({ out }: Streaming): boolean {
    const { socket } = this.#options;
    const isRoomy = socket.writableLength + out.writableLength < SOCKET_BYTES_MAX;
    return this.#end === undefined && isRoomy;
  }

  /** Writes a notice, or records up to the next one. False when nothing is to be said now. */
  #writeNext({ out, stream }: Streaming): boolean {
    const { nowNs, counts } = this.#options;
    const notice = this.#waiting.shift();
    if (notice !== undefined) {
      this.#spokeAtMs = this.#options.monotonicMs();
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
    if (bytes > 0) this.#spokeAtMs = this.#options.monotonicMs();
    if (bytes > 0 && this.#isCutDue) this.#cutWithin(chunk.subarray(0, bytes), out);
    else if (bytes > 0) out.write(chunk.subarray(0, bytes));
    return bytes > 0 || stream.next > before || this.#waiting.length > 0;
  }

  /** A client that is far behind: warned, then skipped, and never further behind than the log. */
  #watchPace({ stream, notices, choices }: Streaming): void {
    const { shared, behindMax } = this.#options;
    const { log } = shared;
    if (stream.next < log.oldestSafe) {
      stream.skipTo(log.end, 'all');
      stream.fill(new Uint8Array(0), 0);
      return;
    }
    if (stream.isReplaying) return;
    if (stream.behind < behindMax / 2) {
      this.#isWarned = false;
      return;
    }
    if (!this.#isWarned) {
      this.#isWarned = true;
      const text = 'Slow reader: the session is falling behind';
      this.#say(notices.system(SystemCode.SlowReaderWarning, text));
    }
    if (stream.behind < behindMax || !stream.maySkip) return;
    stream.skipTo(log.end, choices.slowReaderBehavior === 'skip' ? 'all' : 'skippable');
  }

  #receive(bytes: Uint8Array): void {
    if (this.#end !== undefined || this.#isHalfOpen) return;
    for (const action of this.#options.session.receive(bytes)) this.#do(action);
    this.pump();
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
    this.#streaming = { stream, notices, subscriptions, choices, out: this.#output(choices) };
    this.#faults.start();
    socket.resume();
  }

  #output({ compression }: SessionChoices): Socket | ZstdCompress {
    const { socket } = this.#options;
    if (compression === 'none') return socket;
    const packer = createZstdCompress();
    packer.on('drain', () => this.pump());
    packer.on('error', () => socket.destroy());
    packer.pipe(socket);
    return packer;
  }

  #subscribe(subscription: Subscription): void {
    if (this.#isStarted) this.#take(subscription);
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
    this.#beat(streaming.choices.heartbeatIntervalMs);
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

  /** A heartbeat once nothing else was said for an interval; looked at again after `waitMs`. */
  #beat(intervalMs: number, waitMs = intervalMs): void {
    const { timers, monotonicMs } = this.#options;
    this.#heartbeatTimer = timers.setTimer(Math.ceil(waitMs), () => {
      const { notices } = this.#streaming ?? {};
      if (this.#end !== undefined || notices === undefined) return;
      const leftMs = this.#spokeAtMs + intervalMs - monotonicMs();
      if (leftMs > 0) {
        this.#beat(intervalMs, leftMs);
        return;
      }
      // One that could not be written yet is not said again.
      if (this.#waiting.length === 0) {
        this.#say(notices.system(SystemCode.Heartbeat, 'Heartbeat'));
      }
      this.pump();
      this.#beat(intervalMs);
    });
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
    for (const notice of this.#waiting.splice(0)) out.write(notice);
    this.close('refused');
  }

  #close(end: SessionEnd, text: string): void {
    if (this.#end !== undefined) return;
    this.#ended(end);
    this.#options.socket.end(text);
  }

  #endOutput(): void {
    const { socket } = this.#options;
    const out = this.#streaming?.out ?? socket;
    out.end();
  }

  #act(fault: 'disconnect' | 'reset' | 'cut' | 'halfopen' | 'skip'): void {
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

  /** The last record loses its end, and the connection is reset behind it. */
  #cutWithin(bytes: Uint8Array, out: Socket | ZstdCompress): void {
    this.#cut += 1;
    this.#ended('fault');
    out.write(bytes.subarray(0, bytes.length - CUT_BYTES), () => {
      this.#options.socket.resetAndDestroy();
    });
  }

  #ended(end: SessionEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    const { timers, counts, onEnded } = this.#options;
    for (const timer of [this.#authTimer, this.#heartbeatTimer]) {
      if (timer !== undefined) timers.clearTimer(timer);
    }
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
