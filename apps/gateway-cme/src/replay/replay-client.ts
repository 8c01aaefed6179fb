/**
 * Asks the TCP replay service of a channel, one request at a time, one connection a request:
 *
 *   idle ─ request ─▶ connecting ─ open ─▶ logging-on ─ logon ─▶ receiving ─ last packet ─▶ idle
 *                        │ next host            │ logout, reject      │ logout, close, time
 *                        └──────────────────────┴─────────────────────┴─▶ idle, with the outcome
 *
 * Every request ends, once, within `totalMs`. After failures the service is left alone for a while
 * (backoff with jitter, see `ReconnectPolicy`): requests end at once then, so that the channel goes
 * on to snapshots.
 */
import type { Random, TimerHandle, Timers } from '@tickwire/core';
import { ReconnectPolicy } from '@tickwire/domain-feed';
import type { ReplayOutcome, ReplayRequest } from '@tickwire/venue-cme';
import { AnswerScanner } from './answer-scanner.ts';
import { ReplayError } from './errors.ts';
import { FixTag, logonText, logoutText, requestText } from './fix-text.ts';
import type { FixFields, ReplayCredentials } from './fix-text.ts';
import { answerOf } from './service-answer.ts';
import type { DialReplay, ReplayEndpoint, ReplayTransport } from './replay-transport.ts';

export interface ReplayLimits {
  /** From dialling to the answer of the logon, for each host. */
  readonly logonMs: number;
  /** Between two packets. */
  readonly idleMs: number;
  /** The whole request. */
  readonly totalMs: number;
}

export const REPLAY_LIMITS: Readonly<ReplayLimits> = {
  ...{ logonMs: 2_000, idleMs: 2_000, totalMs: 10_000 },
};

export interface ReplayClientOptions {
  /** Tried in turn, beginning with the one that answered last. One at least. */
  readonly endpoints: readonly ReplayEndpoint[];
  readonly credentials: ReplayCredentials;
  readonly dial: DialReplay;
  readonly timers: Timers;
  readonly monotonicNs: () => number;
  readonly random: Random;
  readonly limits?: Partial<ReplayLimits>;
  /** A packet of the range that was asked for: `bytes[start, end)`, valid during the call. */
  readonly onPacket: (id: number, bytes: Uint8Array, range: PacketRange) => void;
  /** Once for each request; may come before `request` returns. */
  readonly onEnd: (id: number, outcome: ReplayOutcome) => void;
  /** Packets that nobody asked for: of another range, or not at all. */
  readonly onStray: () => void;
}

export interface PacketRange {
  readonly start: number;
  readonly end: number;
  /** MsgSeqNum. */
  readonly sequence: number;
}

/** A service may repeat itself, but not for ever. */
const PACKETS_BEYOND_MAX = 1_000;
const TEXT_MAX = 200;

interface Attempt {
  readonly request: ReplayRequest;
  readonly transport: ReplayTransport;
  readonly scanner: AnswerScanner;
  state: 'connecting' | 'logging-on' | 'receiving';
  packets: number;
  strays: number;
}

export class ReplayClient {
  readonly #options: ReplayClientOptions;
  readonly #limits: ReplayLimits;
  readonly #policy: ReconnectPolicy;
  #attempt: Attempt | undefined;
  #request: ReplayRequest | undefined;
  #endpoint = 0;
  #triesLeft = 0;
  #notBeforeNs = -Infinity;
  #totalTimer: TimerHandle | undefined;
  #stepTimer: TimerHandle | undefined;
  readonly #range = { start: 0, end: 0, sequence: 0 };

  constructor(options: ReplayClientOptions) {
    this.#options = options;
    this.#limits = { ...REPLAY_LIMITS, ...options.limits };
    this.#policy = new ReconnectPolicy(options.random);
  }

  /** One that is under way is given up: its end is `disconnected`. */
  request(request: ReplayRequest): void {
    if (this.#request !== undefined) this.#end('disconnected', 'another request took its place');
    this.#request = request;
    const waitNs = this.#notBeforeNs - this.#options.monotonicNs();
    if (waitNs > 0) {
      const text = `the service is left alone for ${Math.ceil(waitNs / 1e6)} ms after a failure`;
      this.#finish({ kind: 'disconnected', text });
      return;
    }
    this.#policy.attempted();
    this.#triesLeft = this.#options.endpoints.length;
    const { totalMs } = this.#limits;
    this.#totalTimer = this.#options.timers.setTimer(totalMs, () =>
      this.#fail('timeout', `not done in ${totalMs} ms`),
    );
    this.#connect(request);
  }

  /** Whatever is under way ends as `disconnected`. */
  close(): void {
    if (this.#request !== undefined) this.#end('disconnected', 'the gateway stops');
  }

  #connect(request: ReplayRequest): void {
    const { endpoints, dial } = this.#options;
    const endpoint = endpoints[this.#endpoint % endpoints.length]!;
    const where = `${endpoint.host}:${endpoint.port}`;
    this.#triesLeft -= 1;
    const scanner = new AnswerScanner({
      packet: (bytes, start, end) => this.#packet(attempt, bytes, { start, end }),
      text: (fields) => this.#text(attempt, fields),
    });
    const transport = dial(endpoint, {
      open: () => this.#open(attempt),
      data: (piece) => this.#data(attempt, piece),
      close: (reason) => {
        if (this.#attempt === attempt) this.#tryNext(`${where}: ${reason}`);
      },
    });
    const attempt: Attempt = {
      ...{ request, transport, scanner, state: 'connecting', packets: 0, strays: 0 },
    };
    this.#attempt = attempt;
    this.#limitStep(this.#limits.logonMs, () => this.#tryNext(`${where}: no logon`, 'timeout'));
  }

  #open(attempt: Attempt): void {
    if (this.#attempt !== attempt) return;
    attempt.state = 'logging-on';
    attempt.transport.send(logonText(this.#options.credentials));
  }

  #data(attempt: Attempt, piece: Uint8Array): void {
    if (this.#attempt !== attempt) return;
    try {
      attempt.scanner.push(piece);
    } catch (error) {
      if (!(error instanceof ReplayError)) throw error;
      this.#fail('disconnected', `${error.code}: ${error.message}`);
    }
  }

  #packet(attempt: Attempt, bytes: Uint8Array, place: { start: number; end: number }): void {
    const answer = answerOf(bytes, place);
    if (answer.kind === 'logon') this.#loggedOn(attempt);
    else if (answer.kind === 'logout') this.#loggedOut(attempt, answer.text);
    else this.#dataPacket(attempt, bytes, { ...place, sequence: answer.sequence });
  }

  #text(attempt: Attempt, fields: FixFields): void {
    const type = fields.get(FixTag.MsgType);
    const text = fields.get(FixTag.Text) ?? '';
    if (type === 'A') this.#loggedOn(attempt);
    else if (type === '5') this.#loggedOut(attempt, text);
    else if (type !== '0' && type !== '1') this.#refused(`rejected (35=${type}): ${text}`);
  }

  #loggedOn(attempt: Attempt): void {
    if (attempt.state !== 'logging-on') return;
    attempt.state = 'receiving';
    attempt.transport.send(requestText(attempt.request));
    this.#waitForPacket();
  }

  /** Behind packets it says that there are no more of them. */
  #loggedOut(attempt: Attempt, text: string): void {
    if (attempt.packets === 0) this.#refused(`logged out: ${text}`);
    else this.#succeed(text);
  }

  #dataPacket(attempt: Attempt, bytes: Uint8Array, range: PacketRange): void {
    const { id, begin, end } = attempt.request;
    const isAsked = range.sequence >= begin && range.sequence <= end;
    if (attempt.state !== 'receiving' || !isAsked) {
      attempt.strays += 1;
      this.#options.onStray();
    } else {
      attempt.packets += 1;
      this.#options.onPacket(id, bytes, range);
    }
    if (attempt.packets + attempt.strays > end - begin + 1 + PACKETS_BEYOND_MAX) {
      this.#fail('disconnected', `more packets than ${end - begin + 1} that were asked for`);
    } else if (isAsked && attempt.state === 'receiving') {
      if (range.sequence === end) this.#succeed('');
      else this.#waitForPacket();
    }
  }

  #waitForPacket(): void {
    const { idleMs } = this.#limits;
    this.#limitStep(idleMs, () => this.#fail('timeout', `nothing came for ${idleMs} ms`));
  }

  /** The next host, if one is left that was not tried. */
  #tryNext(reason: string, kind: 'disconnected' | 'timeout' = 'disconnected'): void {
    const attempt = this.#attempt;
    const request = this.#request;
    if (attempt === undefined || request === undefined) return;
    if (attempt.state === 'receiving' || this.#triesLeft === 0) {
      this.#fail(kind, reason);
      return;
    }
    this.#drop(attempt);
    this.#endpoint += 1;
    this.#connect(request);
  }

  #succeed(text: string): void {
    this.#policy.succeeded(this.#options.monotonicNs());
    this.#attempt?.transport.send(logoutText());
    this.#finish({ kind: 'complete', ...(text === '' ? {} : { text: text.slice(0, TEXT_MAX) }) });
  }

  /** Asking again would be refused again: no host and no wait would help. */
  #refused(text: string): void {
    this.#attempt?.transport.send(logoutText());
    this.#end('refused', text);
  }

  #fail(kind: 'disconnected' | 'timeout', text: string): void {
    const nowNs = this.#options.monotonicNs();
    this.#notBeforeNs = nowNs + this.#policy.nextDelayMs(nowNs) * 1e6;
    this.#endpoint += 1;
    this.#end(kind, text);
  }

  #end(kind: ReplayOutcome['kind'], text: string): void {
    this.#finish({ kind, text: text.slice(0, TEXT_MAX) });
  }

  #finish(outcome: ReplayOutcome): void {
    const request = this.#request;
    const { timers, onEnd } = this.#options;
    this.#request = undefined;
    if (this.#attempt !== undefined) this.#drop(this.#attempt);
    if (this.#totalTimer !== undefined) timers.clearTimer(this.#totalTimer);
    this.#totalTimer = undefined;
    if (request !== undefined) onEnd(request.id, outcome);
  }

  #drop(attempt: Attempt): void {
    this.#attempt = undefined;
    attempt.scanner.close();
    attempt.transport.destroy();
    if (this.#stepTimer !== undefined) this.#options.timers.clearTimer(this.#stepTimer);
    this.#stepTimer = undefined;
  }

  #limitStep(ms: number, run: () => void): void {
    if (this.#stepTimer !== undefined) this.#options.timers.clearTimer(this.#stepTimer);
    this.#stepTimer = this.#options.timers.setTimer(ms, run);
  }
}
