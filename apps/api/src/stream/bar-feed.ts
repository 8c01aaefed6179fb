/**
 * Closed bars on their way to clients. The bar ring has each of them, in order; the bus has the
 * same ones with their trace context. So a bar of the ring waits a moment for its copy of the bus
 * and goes without when that does not come: nothing is lost with the bus, nothing comes twice.
 */
import type { DirectoryEntry, StampNs } from '@tickwire/core';
import type { TickTracer } from '@tickwire/io-service';
import type { HostClock } from '@tickwire/ipc-shm';
import { TickKind, describeTick } from '@tickwire/wire-tick';
import type { TickJson, TickView } from '@tickwire/wire-tick';
import { barMessage, barOfTicks } from '../bar-message.ts';
import type { BarMessage } from '../bar-message.ts';
import type { StreamHub } from './stream-hub.ts';

/** How long a bar of the ring waits for its copy of the bus. */
const WAIT_MS = 250;
const PENDING_MAX = 8_192;
const MESSAGE_BYTES_MAX = 65_536;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

export interface BarFeedOptions {
  readonly hub: StreamHub;
  readonly nowMs: () => number;
  /** Whether copies can come from the bus now. */
  readonly isBusOpen: () => boolean;
  /** Reads the rings now: a bar is in its ring before it is on the bus. */
  readonly readRings: () => void;
  readonly tracer: TickTracer;
  readonly clock: HostClock;
}

interface Pending {
  readonly bar: BarMessage;
  readonly sinceMs: number;
}

export class BarFeed {
  readonly #options: BarFeedOptions;
  /** Prices wait for the volume: a bar is two ticks. */
  readonly #prices = new Map<string, { tick: TickJson; position: number }>();
  #pending: Pending[] = [];
  /** By ring: position of the newest bar given out. */
  readonly #given = new Map<string, number>();

  constructor(options: BarFeedOptions) {
    this.#options = options;
  }

  /** A tick of the bar ring. */
  takeTick(
    tick: TickView,
    at: { ringId: string; position: number; entry: DirectoryEntry | undefined },
  ): void {
    const { ringId, position, entry } = at;
    if (entry === undefined) return;
    const key = `${ringId} ${tick.instrument}`;
    if (tick.kind === TickKind.BarPrice) {
      this.#prices.set(key, { tick: describeTick(tick, entry), position });
      return;
    }
    const prices = this.#prices.get(key);
    this.#prices.delete(key);
    if (prices?.position !== position - 1) return;
    this.#fromRing(barOfTicks(prices.tick, tick, { ringId, position: prices.position, entry }));
  }

  /** A message of the bus; anything that is no bar is left alone. */
  takeMessage(data: Uint8Array, traceparent: string | undefined): void {
    const bar = parseBar(data);
    if (bar === undefined) return;
    const context = traceparent !== undefined && TRACEPARENT.test(traceparent);
    this.#options.readRings();
    const at = this.#pending.findIndex(
      ({ bar: { ringId, position } }) => ringId === bar.ringId && position === bar.position,
    );
    if (at >= 0) {
      const earlier = this.#pending.splice(0, at + 1).slice(0, at);
      for (const { bar: before } of earlier) this.#give(before);
    } else if (bar.position <= (this.#given.get(bar.ringId) ?? -1)) {
      return; // it went out without context, or came twice after a reconnect
    }
    if (!context) {
      this.#give(bar);
      return;
    }
    const start = this.#wallNow();
    this.#give(bar, traceparent);
    this.#options.tracer.continued(traceparent, { stage: 'api.bar', start, end: this.#wallNow() });
  }

  /** Gives out what has waited long enough. */
  tick(): void {
    if (this.#pending.length === 0) return;
    const { nowMs, isBusOpen } = this.#options;
    const untilMs = isBusOpen() ? nowMs() - WAIT_MS : Infinity;
    const due = this.#pending.findIndex(({ sinceMs }) => sinceMs > untilMs);
    const ready = this.#pending.splice(0, due < 0 ? this.#pending.length : due);
    for (const { bar } of ready) this.#give(bar);
  }

  #fromRing(bar: BarMessage): void {
    if (bar.position <= (this.#given.get(bar.ringId) ?? -1)) return;
    if (this.#options.hub.count('bars') === 0) {
      this.#given.set(bar.ringId, bar.position);
      return;
    }
    this.#pending.push({ bar, sinceMs: this.#options.nowMs() });
    const oldest = this.#pending.length > PENDING_MAX ? this.#pending.shift() : undefined;
    if (oldest !== undefined) this.#give(oldest.bar);
  }

  #wallNow(): StampNs {
    const { clock } = this.#options;
    const stamp = { hi: 0, lo: 0 };
    clock.wallNs(clock.monotonicNs(), stamp);
    return stamp;
  }

  #give(bar: BarMessage, traceparent?: string): void {
    this.#given.set(bar.ringId, Math.max(bar.position, this.#given.get(bar.ringId) ?? -1));
    const { vendor, symbol, intervalMs } = bar;
    const text = JSON.stringify(traceparent === undefined ? bar : { ...bar, traceparent });
    this.#options.hub.giveBar({ vendor, symbol, intervalMs, text });
  }
}

function parseBar(data: Uint8Array): BarMessage | undefined {
  if (data.length > MESSAGE_BYTES_MAX) return undefined;
  try {
    const parsed = barMessage.safeParse(JSON.parse(Buffer.from(data).toString('utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
