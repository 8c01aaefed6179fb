/** A live gateway without sockets: it keeps the protocol, and its driver decides what it sends. */
import { createHash } from 'node:crypto';
import { stampFromBigInt, diffNs } from '@tickwire/core';
import type { Random, StampNs } from '@tickwire/core';
import type { Dial, SocketHandlers } from '@tickwire/domain-feed';
import {
  DbnEncoder,
  ErrorRecord,
  RType,
  SCHEMA_NONE,
  STYPE_NONE,
  SYMBOL_BYTES,
  SystemRecord,
  TIME_OPEN,
} from '@tickwire/wire-dbn';
import type { LoggedRecord } from './market-log.ts';

export const API_KEY = 'db-unittestapikey1234567890FFFFF';
const CHALLENGE = 'abcd1234';

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

export class FakeLiveSession {
  readonly handlers: SocketHandlers;
  readonly lines: string[] = [];
  /** Place in the log of what it sends next; −1 before the start. */
  at = -1;
  isClosed = false;
  readonly #random: Random;

  constructor(handlers: SocketHandlers, random: Random) {
    this.handlers = handlers;
    this.#random = random;
  }

  get start(): string | undefined {
    return /\|start=(\d+)/.exec(this.lines.join(''))?.[1];
  }

  /** In pieces of any size. */
  push(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length && !this.isClosed;) {
      const to = from + Math.ceil(this.#random() * 300);
      this.handlers.frame(bytes.slice(from, to));
      from = to;
    }
  }

  text(line: string): void {
    this.push(new TextEncoder().encode(line));
  }

  reset(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.handlers.close('reset');
  }
}

export class FakeGateway {
  readonly sessions: FakeLiveSession[] = [];
  readonly #log: readonly LoggedRecord[];
  readonly #random: Random;
  /** Records of the log that have happened. */
  produced = 0;
  /** What it says to a key. */
  answer = 'success=1|session_id=5\n';
  /** Takes connections and says nothing. */
  isMute = false;
  /** Takes subscriptions and is not done with them. */
  isBusy = false;
  /** Goes on when it is told that nothing more is wanted. */
  isDeaf = false;

  constructor(log: readonly LoggedRecord[], random: Random) {
    this.#log = log;
    this.#random = random;
  }

  get open(): FakeLiveSession[] {
    return this.sessions.filter(({ isClosed }) => !isClosed);
  }

  readonly dial: Dial = (_url, handlers) => {
    const session = new FakeLiveSession(handlers, this.#random);
    this.sessions.push(session);
    if (!this.isMute) {
      queueMicrotask(() => session.text(`lsg_version=0.6.4\ncram=${CHALLENGE}\n`));
    }
    return {
      send: (line) => this.#onLine(session, line),
      close: () => {
        if (!this.isDeaf) session.reset();
      },
      terminate: () => void (session.isClosed = true),
    };
  };

  /** Sends up to so many records of those that have happened. */
  send(session: FakeLiveSession, count: number): void {
    if (session.at < 0) return;
    const to = Math.min(this.produced, session.at + count);
    const records = this.#log.slice(session.at, to).map(({ view, offset, length }) => {
      return new Uint8Array(view.buffer, view.byteOffset + offset, length);
    });
    session.at = to;
    session.push(Buffer.concat(records));
  }

  #onLine(session: FakeLiveSession, line: string): void {
    session.lines.push(line);
    if (line.startsWith('auth=')) {
      const hash = sha256Hex(`${CHALLENGE}|${API_KEY}`);
      const isRight = line.startsWith(`auth=${hash}-FFFFF|`);
      queueMicrotask(() => session.text(isRight ? this.answer : 'success=0|error=no\n'));
    } else if (line === 'start_session\n') {
      if (this.isBusy) return;
      session.at = this.#placeFrom(session.start);
      queueMicrotask(() => session.push(liveMetadata()));
    }
  }

  #placeFrom(start: string | undefined): number {
    if (start === undefined) return this.produced;
    const stamp: StampNs = stampFromBigInt(BigInt(start));
    const at = this.#log.findIndex(({ ts }) => diffNs(ts, stamp) >= 0);
    return at < 0 ? this.produced : Math.min(at, this.produced);
  }
}

export function liveMetadata(): Uint8Array {
  const encoder = new DbnEncoder(new Uint8Array(1024), { version: 3 });
  encoder.metadata({
    ...{ version: 3, dataset: 'GLBX.MDP3', schema: SCHEMA_NONE, start: 0n, end: TIME_OPEN },
    ...{ limit: 0n, stypeIn: STYPE_NONE, stypeOut: 0, tsOut: false },
    ...{ symbolCstrLength: SYMBOL_BYTES, symbols: [], partial: [], notFound: [], mappings: [] },
  });
  return encoder.written;
}

export function errorBytes(code: number, text: string): Uint8Array {
  const encoder = new DbnEncoder(new Uint8Array(1024), { version: 3 });
  const record = new ErrorRecord();
  encoder.begin(record, RType.Error);
  record.setErr(text).setCode(code);
  return encoder.written;
}

export function systemBytes(code: number, text: string): Uint8Array {
  const encoder = new DbnEncoder(new Uint8Array(1024), { version: 3 });
  const record = new SystemRecord();
  encoder.begin(record, RType.System);
  record.setMsg(text).setCode(code);
  return encoder.written;
}
