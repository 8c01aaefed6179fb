/** A vendor without sockets: the test decides what it answers, and sees all it was sent. */
import type { Dial, HttpAnswer, HttpRequest, SocketHandlers } from '@tickwire/domain-feed';

export interface Uplink {
  id: string;
  type: string;
  topic?: string;
}

export class FakeSocket {
  readonly url: string;
  readonly handlers: SocketHandlers;
  readonly sent: Uplink[] = [];
  isClosed = false;
  isTerminated = false;

  constructor(url: string, handlers: SocketHandlers) {
    this.url = url;
    this.handlers = handlers;
  }

  get connectId(): string {
    return new URL(this.url).searchParams.get('connectId') ?? '';
  }

  push(message: unknown): void {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    if (!this.isTerminated) this.handlers.frame(new TextEncoder().encode(text));
  }

  welcome(): void {
    this.push({ id: this.connectId, type: 'welcome' });
  }

  end(reason: string): void {
    this.isClosed = true;
    this.handlers.close(reason);
  }

  of(type: string): Uplink[] {
    return this.sent.filter((message) => message.type === type);
  }

  ack(messages: readonly Uplink[]): void {
    for (const { id } of messages) this.push({ id, type: 'ack' });
  }
}

export class FakeVendor {
  readonly sockets: FakeSocket[] = [];
  readonly requests: HttpRequest[] = [];
  /** Answers by path; a function may throw: the host is not there. */
  readonly answers = new Map<string, (request: HttpRequest) => HttpAnswer>();
  /** Answers every message at once, as a healthy vendor. */
  isObliging = true;

  constructor(symbols: readonly string[]) {
    const rows = symbols.map((symbol) => ({
      symbol,
      baseCurrency: symbol.split('-')[0],
      quoteCurrency: symbol.split('-')[1],
      priceIncrement: '0.01',
      baseIncrement: '0.0001',
    }));
    this.answer('/api/v2/symbols', { code: '200000', data: rows });
    this.answer('/api/v1/bullet-public', {
      code: '200000',
      data: {
        token: 'secret',
        instanceServers: [
          { endpoint: 'wss://feed.test/', pingInterval: 18_000, pingTimeout: 10_000 },
        ],
      },
    });
    this.snapshot(100);
  }

  answer(path: string, body: unknown, status = 200): void {
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    this.answers.set(path, () => ({ status, body: bytes }));
  }

  snapshot(sequence: number): void {
    const data = { time: 1, sequence: String(sequence), bids: [['1', '1']], asks: [['2', '1']] };
    this.answer('/api/v1/market/orderbook/level2_100', { code: '200000', data });
  }

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('nothing was dialed');
    return socket;
  }

  readonly http = async (request: HttpRequest): Promise<HttpAnswer> => {
    this.requests.push(request);
    const path = new URL(request.url).pathname;
    const answer = this.answers.get(path);
    return answer === undefined ? { status: 404, body: new Uint8Array() } : answer(request);
  };

  readonly dial: Dial = (url, handlers) => {
    const socket = new FakeSocket(url, handlers);
    this.sockets.push(socket);
    if (this.isObliging) queueMicrotask(() => socket.welcome());
    return {
      send: (text) => {
        const message = JSON.parse(text) as Uplink;
        socket.sent.push(message);
        if (!this.isObliging) return;
        const type = message.type === 'ping' ? 'pong' : 'ack';
        queueMicrotask(() => socket.push({ id: message.id, type }));
      },
      close: () => {
        if (this.isObliging) queueMicrotask(() => socket.end('closed with 1000'));
      },
      terminate: () => {
        if (socket.isTerminated) return;
        socket.isTerminated = true;
        queueMicrotask(() => socket.end('terminated'));
      },
    };
  };
}
