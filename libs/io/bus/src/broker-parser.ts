/**
 * What a NATS client says, from bytes to commands: a sans-I/O parser of the client side of the
 * core protocol. Fed with any cut of the stream; buffers at most one control line and one payload.
 */
import type { ViolationCode } from './errors.ts';

/** One command of a client. Payloads and headers are views valid during the call. */
export interface ClientCommands {
  onConnect(json: string): void;
  onPublish(message: Publication): void;
  onSubscribe(subject: string, queue: string | undefined, sid: string): void;
  /** @param max - Messages after which it ends; 0 = now. */
  onUnsubscribe(sid: string, max: number): void;
  onPing(): void;
  onPong(): void;
  /** The stream is broken here: nothing more will be read. */
  onViolation(code: ViolationCode): void;
}

export interface Publication {
  /** One byte a character (Latin-1 view of the UTF-8), so that bytes pass unchanged. */
  subject: string;
  reply: string | undefined;
  /** Length of the header block at the start of `body`; 0 = no headers. */
  headerBytes: number;
  body: Uint8Array;
}

export interface ParserLimits {
  readonly controlLineBytesMax: number;
  readonly payloadBytesMax: number;
}

const LF = 10;
const CR = 13;
const FIRST_BODY_BYTES = 65_536;
const latin1 = new TextDecoder('latin1');

export class BrokerParser {
  readonly #limits: ParserLimits;
  readonly #commands: ClientCommands;
  /** The start of a control line that has not ended yet. */
  #line = new Uint8Array(0);
  /** What is to come of a PUB or HPUB; body bytes plus CRLF. */
  #pending: Omit<Publication, 'body'> | undefined;
  #bodyBytes = 0;
  #body = new Uint8Array(0);
  #bodyFilled = 0;
  #broken = false;

  constructor(limits: ParserLimits, commands: ClientCommands) {
    this.#limits = limits;
    this.#commands = commands;
  }

  /** Bytes held for a command that has not ended. */
  get bufferedBytes(): number {
    return this.#line.length + this.#body.length;
  }

  feed(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && !this.#broken) {
      at = this.#pending === undefined ? this.#feedLine(chunk, at) : this.#feedBody(chunk, at);
    }
  }

  /** Reads nothing more: the connection ends. */
  stop(): void {
    this.#broken = true;
  }

  #feedLine(chunk: Uint8Array, from: number): number {
    const end = chunk.indexOf(LF, from);
    const upTo = end < 0 ? chunk.length : end;
    if (this.#line.length + upTo - from > this.#limits.controlLineBytesMax) {
      this.#violate('Maximum Control Line Exceeded');
      return chunk.length;
    }
    let line = chunk.subarray(from, upTo);
    if (this.#line.length > 0) line = joined(this.#line, line);
    if (end < 0) {
      this.#line = Uint8Array.from(line);
      return chunk.length;
    }
    this.#line = new Uint8Array(0);
    const length = line.at(-1) === CR ? line.length - 1 : line.length;
    this.#command(latin1.decode(line.subarray(0, length)));
    return end + 1;
  }

  #feedBody(chunk: Uint8Array, from: number): number {
    const wanted = this.#bodyBytes + 2;
    if (this.#bodyFilled === 0 && chunk.length - from >= wanted) {
      this.#publish(chunk.subarray(from, from + wanted));
      return from + wanted;
    }
    const taken = Math.min(wanted - this.#bodyFilled, chunk.length - from);
    this.#reserve(this.#bodyFilled + taken, wanted);
    this.#body.set(chunk.subarray(from, from + taken), this.#bodyFilled);
    this.#bodyFilled += taken;
    if (this.#bodyFilled === wanted) {
      const body = this.#body.subarray(0, wanted);
      this.#body = new Uint8Array(0);
      this.#bodyFilled = 0;
      this.#publish(body);
    }
    return from + taken;
  }

  /** Grows with what has arrived, not with what was announced. */
  #reserve(bytes: number, wanted: number): void {
    if (bytes <= this.#body.length) return;
    const size = Math.min(Math.max(bytes, this.#body.length * 2, FIRST_BODY_BYTES), wanted);
    const grown = new Uint8Array(size);
    grown.set(this.#body.subarray(0, this.#bodyFilled));
    this.#body = grown;
  }

  #publish(withEnd: Uint8Array): void {
    const pending = this.#pending;
    this.#pending = undefined;
    if (withEnd.at(-2) !== CR || withEnd.at(-1) !== LF || pending === undefined) {
      this.#violate('Parser Error');
      return;
    }
    this.#commands.onPublish({ ...pending, body: withEnd.subarray(0, -2) });
  }

  #command(line: string): void {
    const verbEnd = line.search(/[ \t]/);
    const verb = (verbEnd < 0 ? line : line.slice(0, verbEnd)).toUpperCase();
    const rest = verbEnd < 0 ? '' : line.slice(verbEnd + 1).trim();
    if (verb === 'PUB') this.#onPub(words(rest));
    else if (verb === 'HPUB') this.#onHpub(words(rest));
    else if (verb === 'SUB') this.#onSub(words(rest));
    else if (verb === 'UNSUB') this.#onUnsub(words(rest));
    else if (verb === 'PING' && rest === '') this.#commands.onPing();
    else if (verb === 'PONG' && rest === '') this.#commands.onPong();
    else if (verb === 'CONNECT') this.#commands.onConnect(utf8(rest));
    else this.#violate('Unknown Protocol Operation');
  }

  #onPub(args: string[]): void {
    const subject = args[0];
    const bytes = byteCount(args.at(-1));
    if (subject === undefined || args.length < 2 || args.length > 3 || bytes < 0) {
      this.#violate('Parser Error');
      return;
    }
    const reply = args.length === 3 ? args[1] : undefined;
    this.#expectBody({ subject, reply, headerBytes: 0 }, bytes);
  }

  #onHpub(args: string[]): void {
    const subject = args[0];
    const bytes = byteCount(args.at(-1));
    const headerBytes = byteCount(args.at(-2));
    const bad = args.length < 3 || args.length > 4 || bytes < 0 || headerBytes < 0;
    if (subject === undefined || bad || headerBytes > bytes) {
      this.#violate('Parser Error');
      return;
    }
    const reply = args.length === 4 ? args[1] : undefined;
    this.#expectBody({ subject, reply, headerBytes }, bytes);
  }

  #expectBody(pending: Omit<Publication, 'body'>, bytes: number): void {
    if (bytes > this.#limits.payloadBytesMax) {
      this.#violate('Maximum Payload Violation');
      return;
    }
    this.#pending = pending;
    this.#bodyBytes = bytes;
  }

  #onSub(args: string[]): void {
    const subject = args[0];
    const sid = args.at(-1);
    if (subject === undefined || sid === undefined || args.length < 2 || args.length > 3) {
      this.#violate('Parser Error');
      return;
    }
    this.#commands.onSubscribe(subject, args.length === 3 ? args[1] : undefined, sid);
  }

  #onUnsub(args: string[]): void {
    const sid = args[0];
    const max = args.length === 2 ? byteCount(args[1]) : 0;
    if (sid === undefined || args.length > 2 || max < 0) this.#violate('Parser Error');
    else this.#commands.onUnsubscribe(sid, max);
  }

  #violate(code: ViolationCode): void {
    this.#broken = true;
    this.#line = new Uint8Array(0);
    this.#body = new Uint8Array(0);
    this.#commands.onViolation(code);
  }
}

const words = (text: string): string[] => (text === '' ? [] : text.split(/[ \t]+/));

/** A count of up to nine digits; −1 for anything else. */
function byteCount(text: string | undefined): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : -1;
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(head.length + tail.length);
  both.set(head);
  both.set(tail, head.length);
  return both;
}

function utf8(text: string): string {
  const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}
