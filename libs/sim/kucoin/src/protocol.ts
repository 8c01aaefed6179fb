/** The venue's session as the kit drives it: texts in, texts out. */
import type { ClientSession, Reply, SessionAnswer } from '@tickwire/sim-kit';
import { controlKind } from './message-kinds.ts';
import type { ControlKind } from './message-kinds.ts';
import type { Session } from './session.ts';

export class KucoinProtocol implements ClientSession {
  readonly welcome: Reply;
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
    this.welcome = replyOf('welcome', session.welcome());
  }

  get subscribed(): ReadonlySet<number> {
    return this.#session.subscribed;
  }

  receive(payload: Buffer, at: { isBinary: boolean; nowMs: number }): SessionAnswer {
    const text = at.isBinary ? '' : payload.toString('utf8');
    const { kind, text: answer, begun, ended, hangUp } = this.#session.receive(text, at.nowMs);
    const reply = answer === undefined || kind === 'none' ? undefined : replyOf(kind, answer);
    return { reply, begun, ended, hangUp };
  }
}

export function replyOf(kind: ControlKind, payload: string): Reply {
  return { payload, kind: controlKind(kind), isAck: kind === 'ack' };
}
