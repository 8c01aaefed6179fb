/** One session against a gateway whose connections end in every way, on a simulated clock. */
import type { Random } from '@tickwire/core';
import { FakeClock } from '@tickwire/testing';
import { DatabentoNormaliser } from '../src/normaliser.ts';
import { DatabentoSession } from '../src/session.ts';
import { DeliveryCheck } from './delivery-check.ts';
import { API_KEY, sha256Hex } from './fake-gateway.ts';
import { PacedGateway } from './paced-gateway.ts';
import { BLOCK, INSTRUMENTS, PacedMarket } from './paced-market.ts';

export const FAULTS = [
  ...(['reset', 'half-open', 'skip', 'omitted-once', 'omitted-always', 'restart'] as const),
];
export type Fault = (typeof FAULTS)[number];

const STEP_MS = 10;
export const HEARTBEAT_MS = 5_000;
const WAIT_MS_MAX = 200_000;
/** Faults come more often than in life: a connection counts as steady sooner. */
const RECONNECT = { firstMs: 1_000, capMs: 32_000, failuresMax: 10, openMs: 60_000, steadyMs: 200 };

export class ResumeRun {
  readonly check = new DeliveryCheck();
  readonly gateway: PacedGateway;
  readonly session: DatabentoSession;
  /** ms from each fault until all is as before, the longest by kind. */
  readonly recoveredMs = new Map<Fault, number>();
  readonly happened = new Map<Fault, number>();
  readonly #clock = new FakeClock();
  readonly #market: PacedMarket;
  readonly #random: Random;

  constructor(random: Random, sequences: 'of-instrument' | 'unknown' = 'of-instrument') {
    this.#random = random;
    const start = { hi: 0, lo: 0 };
    this.#clock.wallNs(0, start);
    this.#market = new PacedMarket(start);
    this.gateway = new PacedGateway(this.#market);
    const target = new DatabentoNormaliser({
      ...{ sink: this.check, flags: 0, hasTradeRecords: true },
    });
    this.session = new DatabentoSession({
      ...{ dataset: 'GLBX.MDP3', apiKey: API_KEY, compression: 'none', hasTsOut: false },
      ...{ heartbeatIntervalS: HEARTBEAT_MS / 1_000, client: 'tickwire', sha256Hex, random },
      ...{ target, onGap: (record) => this.check.gap(record) },
      ...{ clock: this.#clock, timers: this.#clock, dial: this.gateway.dial },
      subscriptions: [{ schema: 'trades', stypeIn: 'raw_symbol', symbols: ['ALL_SYMBOLS'] }],
      limits: { reconnect: RECONNECT, heartbeatGraceMs: 3_000 },
      sequences,
    });
  }

  async begin(): Promise<void> {
    this.session.start();
    await this.#settle();
  }

  /** Lets a fault happen, and waits until all is as before. */
  async suffer(fault: Fault): Promise<void> {
    await this.pass(300 + this.#upTo(100));
    this.happened.set(fault, (this.happened.get(fault) ?? 0) + 1);
    const beginMs = this.#ms;
    await this.#strike(fault);
    await this.#settle();
    const tookMs = this.#ms - beginMs;
    this.recoveredMs.set(fault, Math.max(tookMs, this.recoveredMs.get(fault) ?? 0));
  }

  /** Time passes, the market goes on. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      await this.#clock.advanceAsync(STEP_MS);
      this.gateway.happened = this.#market.happened(this.#ms);
      this.gateway.step();
    }
  }

  end(): void {
    this.session.close();
    this.check.end(this.gateway.happened);
  }

  get #ms(): number {
    return this.#clock.monotonicNs() / 1e6;
  }

  async #settle(): Promise<void> {
    const { check, gateway, session } = this;
    for (let waitedMs = 0; waitedMs < WAIT_MS_MAX; waitedMs += STEP_MS) {
      await this.pass(STEP_MS);
      const isThere = check.last >= gateway.happened - 1 && gateway.happened > 0;
      if (isThere && session.state === 'live') return;
    }
    throw new Error(`not as before after ${WAIT_MS_MAX} ms: ${session.state}`);
  }

  async #strike(fault: Fault): Promise<void> {
    const { gateway } = this;
    const leader = gateway.leader;
    if (leader === undefined) throw new Error('nobody leads');
    if (fault === 'half-open') leader.isDead = true;
    else if (fault === 'skip') {
      await this.#clock.advanceAsync(STEP_MS);
      gateway.happened = this.#market.happened(this.#ms);
      gateway.skip(leader, this.#upTo(gateway.happened - leader.at));
    } else {
      if (fault === 'omitted-once') gateway.nextOmitted = this.#omissions();
      if (fault === 'omitted-always') for (const each of this.#omissions()) gateway.lost.add(each);
      leader.reset();
      if (fault === 'restart') await this.#goDown(500 + this.#upTo(1_000));
    }
  }

  async #goDown(ms: number): Promise<void> {
    this.gateway.isDown = true;
    await this.#clock.advanceAsync(ms);
    this.gateway.happened = this.#market.happened(this.#ms);
    this.gateway.isDown = false;
  }

  /** Some of what happens from now on: what a replay after a short outage has to bring. */
  #omissions(): Set<number> {
    const block = this.gateway.happened / BLOCK;
    const omitted = new Set<number>();
    for (let left = this.#upTo(20); left > 0; left--) {
      omitted.add((block + this.#upTo(20)) * 1_000 + this.#upTo(INSTRUMENTS) - 1);
    }
    return omitted;
  }

  /** 1 … max. */
  #upTo(max: number): number {
    return Math.max(1, Math.ceil(this.#random() * max));
  }
}
