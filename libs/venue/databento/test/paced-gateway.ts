/** A live gateway over a `PacedMarket`, without sockets; what goes wrong is its driver's choice. */
import type { Dial, SocketHandlers } from '@tickwire/domain-feed';
import { ErrorCode } from '@tickwire/wire-dbn';
import { API_KEY, errorBytes, liveMetadata, sha256Hex } from './fake-gateway.ts';
import type { PacedMarket } from './paced-market.ts';

const CHALLENGE = 'paced';
/** Of a replay, per step of the driver. */
const REPLAY_PER_STEP = 20_000;

export class PacedSession {
  readonly handlers: SocketHandlers;
  lines = '';
  /** Record that it sends next; −1 before it was started. */
  at = -1;
  /** Its replay goes up to here. */
  liveFrom = 0;
  isClosed = false;
  /** Open, and says nothing any more. */
  isDead = false;
  /** Blocks × instruments that its own replay leaves out. */
  omitted: ReadonlySet<number> = new Set();

  constructor(handlers: SocketHandlers) {
    this.handlers = handlers;
  }

  text(line: string): void {
    this.handlers.frame(new TextEncoder().encode(line));
  }

  /** In the middle of a record. */
  reset(): void {
    if (this.isClosed) return;
    this.handlers.frame(Uint8Array.of(12, 0, 0, 0, 1));
    this.isClosed = true;
    this.handlers.close('reset');
  }
}

export class PacedGateway {
  readonly sessions: PacedSession[] = [];
  readonly #market: PacedMarket;
  /** Records that have happened. */
  happened = 0;
  isDown = false;
  /** What no replay has any more: number of the block × 1,000 + instrument. */
  readonly lost = new Set<number>();
  /** What the next replay alone leaves out. */
  nextOmitted: ReadonlySet<number> = new Set();

  constructor(market: PacedMarket) {
    this.#market = market;
  }

  /** The session whose records are handed on. */
  get leader(): PacedSession | undefined {
    return this.sessions.findLast(({ isClosed, isDead, at }) => !isClosed && !isDead && at >= 0);
  }

  readonly dial: Dial = (_url, handlers) => {
    const session = new PacedSession(handlers);
    this.sessions.push(session);
    queueMicrotask(() => {
      if (this.isDown) session.reset();
      else session.text(`lsg_version=0.6.4\ncram=${CHALLENGE}\n`);
    });
    return {
      send: (line) => this.#onLine(session, line),
      close: () => session.reset(),
      terminate: () => void (session.isClosed = true),
    };
  };

  /** What each open session sends in one step. */
  step(): void {
    for (const session of this.sessions) {
      if (session.isClosed || session.isDead || session.at < 0) continue;
      this.#send(session);
    }
    const open = this.sessions.filter(({ isClosed }) => !isClosed);
    this.sessions.splice(0, this.sessions.length, ...open);
  }

  /** Leaves records out, and says so. */
  skip(session: PacedSession, records: number): void {
    session.at = Math.min(this.happened, session.at + records);
    session.handlers.frame(errorBytes(ErrorCode.SkippedRecordsAfterSlowReading, 'skipped'));
  }

  /** Sends again what it has sent, as if it were new. */
  repeat(session: PacedSession, records: number): void {
    session.at -= records;
  }

  #send(session: PacedSession): void {
    const from = session.at;
    const isReplay = from < session.liveFrom;
    const to = Math.min(isReplay ? session.liveFrom : this.happened, from + REPLAY_PER_STEP);
    session.at = to;
    const isOmitted = (block: number, instrument: number): boolean => {
      const key = block * 1_000 + instrument;
      return this.lost.has(key) || session.omitted.has(key);
    };
    const hasOmissions = isReplay && this.lost.size + session.omitted.size > 0;
    this.#market.send(
      { from, to },
      (piece) => !session.isClosed && session.handlers.frame(piece),
      hasOmissions ? isOmitted : undefined,
    );
  }

  #onLine(session: PacedSession, line: string): void {
    session.lines += line;
    if (line.startsWith('auth=')) {
      const isRight = line.startsWith(`auth=${sha256Hex(`${CHALLENGE}|${API_KEY}`)}-FFFFF|`);
      const answer = isRight ? 'success=1|session_id=5\n' : 'success=0|error=no\n';
      queueMicrotask(() => session.text(answer));
    } else if (line === 'start_session\n') {
      const start = /\|start=(\d+)/.exec(session.lines)?.[1];
      session.liveFrom = start === undefined ? 0 : this.happened;
      if (start !== undefined) {
        session.omitted = this.nextOmitted;
        this.nextOmitted = new Set();
      }
      const at = start === undefined ? this.happened : this.#market.from(BigInt(start));
      queueMicrotask(() => {
        session.handlers.frame(liveMetadata());
        session.at = Math.min(at, this.happened);
      });
    }
  }
}
