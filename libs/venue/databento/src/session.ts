/**
 * A live session that does not end: connections come and go, and what they carry is handed on once
 * and in order. After a loss the next connection replays from the last good time on; after a
 * skip a second one does, beside the one that goes on. See ReplayMerge and docs/adr/0031.
 */
import type { StampNs } from '@tickwire/core';
import { StreamReason, StreamState, diffNs, stampToBigInt } from '@tickwire/core';
import { NamedTimers, ReconnectPolicy, receiptClock } from '@tickwire/domain-feed';
import type { GapRecord, RecvStamp } from '@tickwire/domain-feed';
import {
  ErrorCode,
  ErrorRecord,
  RType,
  SymbolMappingRecord,
  SystemCode,
  SystemRecord,
} from '@tickwire/wire-dbn';
import type { DbnDecoder } from '@tickwire/wire-dbn';
import { DatabentoError } from './errors.ts';
import { checkAuthOptions, checkSubscription, gatewayUrl } from './gateway-lines.ts';
import type { Subscription } from './gateway-lines.ts';
import { LiveConnection } from './live-connection.ts';
import type { LossReason } from './live-connection.ts';
import { ReplayMerge } from './replay-merge.ts';
import type { MergeCounts } from './merge-options.ts';
import { createSessionCounts } from './session-counts.ts';
import type { SessionCounts } from './session-counts.ts';
import { SessionGaps } from './session-gaps.ts';
import { SESSION_LIMITS } from './session-options.ts';
import type {
  DatabentoSessionOptions,
  RecordTarget,
  SessionEvent,
  SessionLimits,
} from './session-options.ts';

export type SessionState = 'idle' | 'connecting' | 'live' | 'repairing' | 'waiting' | 'closed';

export class DatabentoSession {
  readonly counts: SessionCounts = createSessionCounts();
  readonly #options: DatabentoSessionOptions;
  readonly #target: RecordTarget;
  readonly #limits: SessionLimits;
  readonly #merge: ReplayMerge;
  readonly #gaps: SessionGaps;
  readonly #policy: ReconnectPolicy;
  readonly #timers: NamedTimers;
  readonly #now: () => Readonly<RecvStamp>;
  readonly #connections = new Set<LiveConnection>();
  readonly #system = new SystemRecord();
  readonly #error = new ErrorRecord();
  readonly #mapping = new SymbolMappingRecord();
  /** What the connection that is on its way asks to replay from. */
  readonly #starts = new Map<number, StampNs | undefined>();
  /** Where to replay from before there is a record: another process's end, or our own start. */
  #firstStart: Readonly<StampNs> | undefined;
  /** When the replay that leads began: what is later is not replayed. */
  #liveFrom: StampNs | undefined;
  /** The books that are subscribed to as they are begin anew: what changed them is not replayed. */
  #repairedBy: 'replay' | 'snapshot' = 'replay';
  #recv: Readonly<RecvStamp>;
  #lastId = 0;
  /** The connection that last said that its replay is complete. */
  #saidCompleted = 0;
  #isClosed = false;
  /** All connections were asked to end. */
  #isLeaving = false;
  /** Who waits until they have. */
  readonly #waiting: (() => void)[] = [];

  /** @throws DatabentoError `BAD_OPTION`. */
  constructor(options: DatabentoSessionOptions) {
    checkAuthOptions(options);
    for (const subscription of options.subscriptions) checkSubscription(subscription);
    if (options.subscriptions.length === 0) {
      throw new DatabentoError('BAD_OPTION', { field: 'subscriptions', detail: 'none was given' });
    }
    if (options.compression === 'zstd' && options.inflate === undefined) {
      throw new DatabentoError('BAD_OPTION', { field: 'inflate', detail: 'zstd needs it' });
    }
    this.#options = options;
    this.#firstStart = options.start;
    this.#limits = { ...SESSION_LIMITS, ...options.limits };
    this.#now = receiptClock(options.clock);
    this.#recv = this.#now();
    this.#timers = new NamedTimers(options.timers);
    this.#policy = new ReconnectPolicy(options.random, this.#limits.reconnect);
    this.#target = options.target;
    this.#gaps = new SessionGaps(options.target, options.onGap);
    this.#merge = new ReplayMerge({
      deliver: (record) => this.#target.onRecord(record, this.#recv),
      missing: (missing) => this.#gaps.missing(missing, this.#recv),
      sequences: options.sequences ?? 'unknown',
      overlapMs: this.#limits.overlapMs,
      heldBytesMax: this.#limits.heldBytesMax,
      streamsMax: this.#limits.streamsMax,
    });
  }

  get state(): SessionState {
    if (this.#isClosed) return 'closed';
    const hasLive = [...this.#connections].some(({ state }) => state === 'live');
    if (hasLive) return this.#gaps.isOpen ? 'repairing' : 'live';
    if (this.#connections.size > 0) return 'connecting';
    return this.#timers.has('retry') ? 'waiting' : 'idle';
  }

  /** Of records on their way through sessions; `held` are in flight. */
  get merged(): Readonly<MergeCounts> & { readonly held: number } {
    return { ...this.#merge.counts, held: this.#merge.held };
  }

  /** Connects, and from then on stays connected. */
  start(): void {
    if (this.#lastId > 0 || this.#isClosed) return;
    this.#settleLater();
    if (this.#firstStart !== undefined) {
      this.#openGap('writer-restarted', StreamReason.WriterRestarted);
    }
    this.#connect();
  }

  /**
   * Tells all servers that nothing more is wanted, takes what is under way, and closes.
   * @param waitMs - A server that does not end its connection is not waited for any longer.
   */
  leave(waitMs: number): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#isLeaving = true;
      this.#timers.clearAll();
      this.#timers.set('leave', waitMs, () => this.close());
      for (const connection of this.#connections) connection.leave();
      if (this.#connections.size === 0) this.close();
    });
  }

  /** Ends all connections. What is held for a replay is handed on first. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timers.clearAll();
    this.#recv = this.#now();
    for (const connection of this.#connections) this.#drop(connection, 'stopped');
    this.#merge.giveUp();
    this.#gaps.move(StreamState.Closed, StreamReason.Stopped, this.#recv);
    this.#target.publish();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #connect(): void {
    const { options, limits } = { options: this.#options, limits: this.#limits };
    const start = this.#replayStart();
    const id = ++this.#lastId;
    this.#starts.set(id, start);
    this.counts.dials += 1;
    this.#policy.attempted();
    const connection = new LiveConnection({
      ...{ id, limits, auth: options, subscriptions: this.#subscriptions() },
      url: options.url ?? gatewayUrl(options.dataset),
      start: start === undefined ? undefined : stampToBigInt(start),
      sha256Hex: options.sha256Hex,
      inflate: options.inflate,
      ...{ dial: options.dial, clock: options.clock, timers: options.timers },
      handlers: {
        started: (by, sessionId) => this.#onStarted(by, sessionId),
        record: (by, decoder, recv) => this.#onRecord(by, decoder, recv),
        drained: (by, recv) => this.#onDrained(by, recv),
        damaged: (by, detail) => this.#onDamaged(by, detail),
        lost: (by, reason, detail) => this.#onLost(by, reason, detail),
      },
    });
    this.#connections.add(connection);
    connection.open();
  }

  /** As long as no record has come there are no books: those with a snapshot begin with it. */
  #subscriptions(): readonly Subscription[] {
    const { subscriptions } = this.#options;
    const hasRecords = this.#merge.lastTime({ hi: 0, lo: 0 });
    if (hasRecords || this.#firstStart === undefined) return subscriptions;
    if (!subscriptions.some(({ hasSnapshot }) => hasSnapshot)) return subscriptions;
    this.#repairedBy = 'snapshot';
    return subscriptions.map((each) => (each.hasSnapshot ? { ...each, from: 'now' } : each));
  }

  /** From when on records are wanted again; what the server does not have any more is declared. */
  #replayStart(): StampNs | undefined {
    const start: StampNs = { hi: 0, lo: 0 };
    if (!this.#merge.resumePoint(start)) {
      if (this.#firstStart === undefined) return undefined;
      Object.assign(start, this.#firstStart);
    }
    this.#recv = this.#now();
    if (diffNs(this.#recv, start) <= this.#limits.replayWindowMs * 1e6) return start;
    this.#giveUpReplay('the last record is older than what the server replays');
    return undefined;
  }

  #onStarted(connection: LiveConnection, sessionId: string): void {
    const start = this.#starts.get(connection.id);
    this.#starts.delete(connection.id);
    this.counts.sessions += 1;
    this.#recv = this.#now();
    this.#policy.succeeded(this.#recv.monotonicNs);
    this.#merge.lead(connection.id, start);
    this.#liveFrom = { hi: this.#recv.hi, lo: this.#recv.lo };
    this.#options.tap?.started(connection.id, sessionId);
    this.#event('connected', connection.id, `session ${sessionId}`);
    if (start !== undefined) return;
    this.#firstStart = this.#liveFrom;
    this.#caughtUp(connection);
  }

  #onRecord(connection: LiveConnection, decoder: DbnDecoder, recv: Readonly<RecvStamp>): void {
    this.#recv = recv;
    this.counts.records += 1;
    this.#options.tap?.record(connection.id, decoder, recv);
    const { rtype, view, offset } = decoder;
    if (rtype === RType.System) this.#onSystem(connection, this.#system.wrap(view, offset));
    else if (rtype === RType.Error) this.#onError(connection, this.#error.wrap(view, offset));
    else if (rtype === RType.SymbolMapping) {
      this.counts.mappings += 1;
      this.#target.onMapping(this.#mapping.wrap(view, offset));
    } else this.#merge.take(connection.id, decoder, recv);
  }

  #onSystem(connection: LiveConnection, record: SystemRecord): void {
    this.counts.system += 1;
    const { code } = record;
    if (code === SystemCode.Heartbeat) this.#onHeartbeat(connection);
    else if (code === SystemCode.SlowReaderWarning) {
      this.counts.slowReaderWarnings += 1;
      this.#event('slow-reader', connection.id, record.msg);
    } else if (code === SystemCode.ReplayCompleted) {
      // Not believed by itself: what comes tells, or that nothing more does.
      this.#saidCompleted = connection.id;
    } else if (code !== SystemCode.SubscriptionAck) {
      this.#tell({ kind: 'vendor-message', connection: connection.id, code, detail: record.msg });
    }
  }

  /** Said after an interval of silence only: behind the end of a replay, all of it has come. */
  #onHeartbeat(connection: LiveConnection): void {
    this.counts.heartbeats += 1;
    const isBehindReplay = this.#liveFrom !== undefined && this.#saidCompleted === connection.id;
    if (isBehindReplay && this.#merge.isLeading(connection.id)) this.#caughtUp(connection);
  }

  #onError(connection: LiveConnection, record: ErrorRecord): void {
    this.counts.errors += 1;
    const { code } = record;
    if (code === ErrorCode.SkippedRecordsAfterSlowReading) this.#onSkipped(connection, record.err);
    else if (code === ErrorCode.ReplayDataAgedOut) this.#giveUpReplay(record.err);
    else {
      if (code === ErrorCode.SymbolResolutionFailed) this.counts.symbolsRefused += 1;
      const detail = `code ${code ?? 'none'}: ${record.err}`;
      this.#tell({ kind: 'vendor-error', connection: connection.id, code, detail });
    }
  }

  #onSkipped(connection: LiveConnection, detail: string): void {
    this.counts.skips += 1;
    this.#event('skipped', connection.id, detail);
    this.#openGap('overflow', StreamReason.Overflow);
    if (this.#merge.isNeeded(connection.id)) this.#merge.suspend();
  }

  #onDrained(connection: LiveConnection, recv: Readonly<RecvStamp>): void {
    this.#countUnknown(connection);
    this.#repairIfSuspended();
    for (const each of this.#connections) {
      if (each.state === 'live' && !this.#merge.isNeeded(each.id)) this.#drop(each, 'replaced');
    }
    const from = this.#liveFrom;
    if (from !== undefined && this.#merge.hasPassed(from)) this.#caughtUp(connection);
    if (connection.state !== 'closed') this.#recv = recv;
    this.#target.publish();
    this.#options.tap?.drained(connection.id);
  }

  #countUnknown(connection: LiveConnection): void {
    const unknown = connection.takeUnknown();
    if (unknown === 0) return;
    this.counts.unknown += unknown;
    this.#options.tap?.passedOver(connection.id, unknown);
  }

  #repairIfSuspended(): void {
    if (!this.#merge.isSuspended || this.#isClosed || this.#isLeaving) return;
    if (this.#starts.size > 0 || this.#timers.has('retry')) return; // one is on its way
    this.#openGap('sequence', StreamReason.SequenceGap);
    this.counts.repairs += 1;
    // At the pace of the policy: a server that leaves records out again and again is not stormed.
    this.#retry();
  }

  #onDamaged(connection: LiveConnection, detail: string): void {
    this.counts.damaged += 1;
    this.#options.tap?.passedOver(connection.id, 1);
    this.#event('damaged', connection.id, detail);
  }

  #onLost(connection: LiveConnection, reason: LossReason, detail: string): void {
    this.#recv = this.#now();
    this.counts.lost[reason] += 1;
    const wasNeeded = this.#merge.isNeeded(connection.id);
    this.#drop(connection, reason);
    if (this.#isLeaving) {
      if (this.#connections.size === 0) this.close();
      return;
    }
    this.#event(reason === 'refused' ? 'refused' : 'lost', connection.id, `${reason}: ${detail}`);
    if (wasNeeded) {
      const isSilent = reason === 'silent';
      const why = isSilent ? StreamReason.HeartbeatMissed : StreamReason.Disconnected;
      this.#openGap('disconnect', why);
    }
    const hasLeader = [...this.#connections].some(({ state }) => state === 'live');
    if ((!hasLeader || this.#merge.isSuspended) && this.#starts.size === 0) this.#retry();
    this.#target.publish();
  }

  #retry(): void {
    const delayMs = this.#policy.nextDelayMs(this.#options.clock.monotonicNs());
    this.#timers.set('retry', delayMs, () => this.#connect());
  }

  #drop(connection: LiveConnection, reason: string): void {
    const { id } = connection;
    this.#countUnknown(connection);
    this.#connections.delete(connection);
    // What it asked for is forgotten when it was started.
    const wasStarted = !this.#starts.delete(id);
    this.#merge.end(id);
    connection.close();
    if (wasStarted) this.#options.tap?.ended(id, reason);
  }

  /** The present is reached: what was missing has come, or is told one by one. */
  #caughtUp(connection: LiveConnection): void {
    this.#liveFrom = undefined;
    const gap = this.#gaps.repaired(this.#repairedBy, this.#recv);
    if (gap === undefined) return;
    this.#repairedBy = 'replay';
    this.#event('caught-up', connection.id, `gap ${gap}`);
  }

  /** No replay will bring what is missing: the gap stays open, and is told as one. */
  #giveUpReplay(detail: string): void {
    this.counts.replaysAgedOut += 1;
    this.#openGap('disconnect', StreamReason.Disconnected);
    this.#event('replay-aged-out', this.#lastId, detail);
    this.#gaps.giveUp(this.#recv);
    this.#firstStart = { hi: this.#recv.hi, lo: this.#recv.lo };
    // A connection that goes on is live again with the next record of the present.
    this.#liveFrom = this.#firstStart;
    this.#target.doubtBooks();
    this.#merge.giveUp();
  }

  #openGap(noticedBy: GapRecord['noticedBy'], reason: StreamReason): void {
    this.#liveFrom = undefined;
    const last: StampNs = { hi: 0, lo: 0 };
    const from = this.#merge.lastTime(last) ? last : this.#firstStart;
    this.#gaps.open({ noticedBy, reason, from }, this.#recv);
  }

  #settleLater(): void {
    this.#timers.set('settle', this.#limits.settleMs, () => {
      this.#recv = this.#now();
      this.#merge.settle();
      this.#repairIfSuspended();
      this.#target.publish();
      this.#settleLater();
    });
  }

  #event(kind: SessionEvent['kind'], connection: number, detail: string): void {
    this.#tell({ kind, connection, detail, code: null });
  }

  #tell({ code, detail, ...rest }: Told): void {
    const event = { ...rest, detail: detail.slice(0, 300) };
    this.#options.onEvent?.(code === null ? event : { ...event, code });
  }
}

/** An event whose code may be none, as DBN has it. */
type Told = Omit<SessionEvent, 'code'> & { readonly code: number | null };
