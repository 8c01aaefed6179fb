/**
 * What connection faults do to one client: ends, resets, cuts, freezes and half-open sockets, each
 * in its time. While a connection is mute, what it is not told is kept for the log.
 */
import type { TimerHandle, Timers } from '@tickwire/core';
import type { FaultLog } from './fault-log.ts';
import type { ConnectionFaultRule } from './fault-plan.ts';
import { Mute } from './mute.ts';
import type { OutgoingMessage } from './outgoing-message.ts';

export interface ConnectionFaultsOptions {
  /** Number of the connection. */
  readonly connection: number;
  readonly timers: Timers;
  /** Rules that act once in the simulator's life and have acted. */
  readonly spentRules: Set<ConnectionFaultRule>;
  readonly log: FaultLog;
  /** ms since the Unix epoch, the venue's clock. */
  readonly venueMs: () => number;
  readonly topicName: (topicId: number) => string;
  /** Does what a rule says to the connection itself. */
  readonly act: (fault: 'disconnect' | 'reset' | 'halfopen') => void;
}

export class ConnectionFaults {
  readonly #options: ConnectionFaultsOptions;
  readonly #timers = new Set<TimerHandle>();
  #rules: readonly ConnectionFaultRule[] = [];
  #mute: Mute | undefined;
  #isHalfOpen = false;
  #isCutDue = false;
  #isOver = false;

  constructor(options: ConnectionFaultsOptions) {
    this.#options = options;
  }

  /** Hears nothing and says nothing. */
  get isHalfOpen(): boolean {
    return this.#isHalfOpen;
  }

  /** Is told nothing of the markets. */
  get isMute(): boolean {
    return this.#mute !== undefined;
  }

  /** Rules from now on; a frozen connection goes on, one that is half open stays so. */
  set(rules: readonly ConnectionFaultRule[]): void {
    this.#clearTimers();
    this.#isCutDue = false;
    if (!this.#isHalfOpen) this.#tellMute();
    this.#rules = rules;
    for (const rule of rules) this.#plan(rule);
  }

  /** Keeps a message from a mute connection, and what it was for the log. */
  omit(message: OutgoingMessage): boolean {
    this.#mute?.omit(message);
    return this.#mute !== undefined;
  }

  /** Whether the connection is to be cut in the middle of this message: asked once. */
  takeCut(): boolean {
    const isDue = this.#isCutDue;
    this.#isCutDue = false;
    return isDue;
  }

  /** The connection has ended. */
  end(): void {
    this.#isOver = true;
    this.#clearTimers();
    this.#tellMute();
  }

  #plan(rule: ConnectionFaultRule): void {
    this.#after(rule.afterMs, () => this.#act(rule));
  }

  #act(rule: ConnectionFaultRule): void {
    const { spentRules, log, venueMs, connection, act } = this.#options;
    const { fault } = rule;
    if (this.#isOver || (!rule.repeats && spentRules.has(rule))) return;
    if (!rule.repeats) spentRules.add(rule);
    if (fault === 'cut') {
      this.#isCutDue = true;
      return;
    }
    log.add({ atMs: venueMs(), connection, fault });
    if (fault === 'freeze') {
      this.#freeze(rule);
      return;
    }
    if (fault === 'halfopen') {
      this.#isHalfOpen = true;
      this.#mute ??= new Mute(fault);
    }
    act(fault);
  }

  #freeze(rule: ConnectionFaultRule): void {
    this.#mute ??= new Mute(rule.fault);
    if (rule.forMs === undefined) return;
    this.#after(rule.forMs, () => {
      if (!this.#isHalfOpen) this.#tellMute();
      if (rule.repeats && this.#rules.includes(rule)) this.#plan(rule);
    });
  }

  #tellMute(): void {
    const { log, venueMs, topicName, connection } = this.#options;
    this.#mute?.tell(log, { atMs: venueMs(), connection, name: topicName });
    this.#mute = undefined;
  }

  #after(delayMs: number, run: () => void): void {
    const handle = this.#options.timers.setTimer(delayMs, () => {
      this.#timers.delete(handle);
      run();
    });
    this.#timers.add(handle);
  }

  #clearTimers(): void {
    for (const timer of this.#timers) this.#options.timers.clearTimer(timer);
    this.#timers.clear();
  }
}
